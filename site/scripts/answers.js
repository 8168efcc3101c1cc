// What is wrong with the answers to a questionnaire: the same verdict, in the same words, as
// schemas/answers.py and functions/questionnaires/plain_text.py give of the form that this page would send.
//
// Pure: no page, no clock, nothing remembered. tests/web/test_parity.py compares the two. Where we can't
// be sure (an internationalised domain) nothing is said, and the server speaks: what it takes is never refused.

// What Python's str.strip and str.split pass over; JavaScript's trim differs.
const BLANK = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const BLANKS = new RegExp(`[${BLANK}]+`, "g");
const OUTER_BLANKS = new RegExp(`^[${BLANK}]+|[${BLANK}]+$`, "g");
const LEFTOVERS = /[\u00ad\u200b\u2060-\u2064\ufeff]/g;
const NO_TEXT =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u180e\u202a-\u202e\u2066-\u206f\ud800-\udfff\ufdd0-\ufdef\ufff9-\uffff\u{110bd}\u{110cd}\u{13430}-\u{1343f}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}]/u;
const ADDRESS_OR_LINK =
  /[@/:]|(?:^|[^\p{L}\p{N}_])www\.|[\p{L}\p{N}][.\u3002][\p{L}\p{Nl}\p{No}]{2}|\p{Nd}[.\u3002]\p{Nd}/u;
const READ_AS_ANOTHER = /=\?|\?=|[ "(),:;<>\\%!]/;
const MAILBOX = /^[-!#$%&'*+/=?^`{}|~\w]+(?:\.[-!#$%&'*+/=?^`{}|~\w]+)*$/;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/i;
const ACE = /(?:^|\.)xn--/i;

const LONGEST_NAME = 200;
const LONGEST_ADDRESS = 254;
const LONGEST_MAILBOX = 64;

const SEVERAL = ["many", "rank", "hours"];
const NUMBERS = ["integer", "scale", "date"];

/** A fault, in the words that it is told in. */
class Fault extends Error {}

/**
 * Return [name, words] for each answer that the server would send back, in the order of the questions.
 *
 * A question is {name, kind, required, shownIf, minimum, maximum, missing, refused, alone, notAlone,
 * offered}: what stands on the page in `data-` attributes, with the values that can be chosen. `sent` holds
 * by question what its fields hold, in their order. `messages` are the sentences for any question.
 */
export function faultsIn(questions, sent, messages) {
  const asked = new Map();
  const faults = [];
  for (const question of questions) {
    const value = valueOf(question.kind, sent[question.name] ?? []);
    if (!isAsked(question, asked)) continue;
    const words = isEmpty(value) ? missing(question) : refusal(question, value, messages);
    if (words) faults.push([question.name, words]);
    if (!isEmpty(value)) asked.set(question.name, value);
  }
  return faults;
}

/** Return one value for what the fields of a question hold. */
function valueOf(kind, values) {
  if (SEVERAL.includes(kind)) return values.filter((value) => value);
  if (values.length !== 1) return values;
  if (kind === "consent") return values[0] === "yes" ? true : values[0];
  return NUMBERS.includes(kind) ? strip(values[0].normalize("NFKC")) : values[0];
}

function isEmpty(value) {
  return typeof value === "string" ? strip(value) === "" : value !== true && value.length === 0;
}

function isAsked({ shownIf }, asked) {
  if (!shownIf) return true;
  const [earlier, choice] = shownIf.split(" ");
  const value = asked.get(earlier);
  return Array.isArray(value) ? value.includes(choice) : value === choice;
}

function missing(question) {
  return question.required === undefined ? null : question.missing;
}

function refusal(question, value, messages) {
  try {
    CHECKS[question.kind](question, value, messages);
    return null;
  } catch (fault) {
    if (fault instanceof Fault) return fault.message;
    throw fault;
  }
}

function strip(text) {
  return text.replace(OUTER_BLANKS, "");
}

function within(question, size) {
  const { minimum, maximum } = question;
  if ((minimum !== undefined && size < Number(minimum)) || (maximum !== undefined && size > Number(maximum)))
    throw new Fault(question.refused);
}

// ── text ──────────────────────────────────────────────────────────────────────────────────────

function textOf(value, messages) {
  if (typeof value !== "string") throw new Fault(messages.text);
  const lines = value.replace(/\r\n?/g, "\n").replace(LEFTOVERS, "");
  if (NO_TEXT.test(lines)) throw new Fault(messages.again);
  return strip(lines.normalize("NFC"));
}

function lineOf(value, messages) {
  return textOf(value, messages).replace(BLANKS, " ");
}

function lengthOf(text) {
  return [...text].length;
}

function checkLine(question, value, messages) {
  const line = lineOf(value, messages);
  if (question.name === "name") checkName(line, messages);
  within(question, lengthOf(line));
}

function checkName(name, messages) {
  if (lengthOf(name) > LONGEST_NAME) throw new Fault(messages.shorter);
  if (ADDRESS_OR_LINK.test(name.normalize("NFKC")) || !/\p{L}/u.test(name)) throw new Fault(messages.name);
}

function checkLongText(question, value, messages) {
  within(question, lengthOf(textOf(value, messages)));
}

function checkAddress(question, value, messages) {
  const address = lineOf(value, messages);
  const at = address.lastIndexOf("@");
  const [mailbox, domain] = [address.slice(0, Math.max(at, 0)), address.slice(at + 1)];
  if (lengthOf(address) > LONGEST_ADDRESS) throw new Fault(messages.address);
  if (READ_AS_ANOTHER.test(address)) throw new Fault(messages.plain);
  if (!MAILBOX.test(mailbox) || mailbox.length > LONGEST_MAILBOX) throw new Fault(messages.address);
  const sure = !ACE.test(domain) && /^[\0-\x7f]*$/.test(domain);
  if (sure && !DOMAIN.test(domain)) throw new Fault(messages.address);
}

// ── numbers, days, choices ────────────────────────────────────────────────────────────────────

function checkNumber(question, value) {
  if (typeof value !== "string" || !/^[+-]?[0-9]{1,9}$/.test(value)) throw new Fault(question.refused);
  within(question, Number(value));
}

function checkDay(question, value) {
  const found = typeof value === "string" && /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(value);
  if (!found) throw new Fault(question.refused);
  const [year, month, day] = found.slice(1).map(Number);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  if (year < 1 || day < 1 || day > days) throw new Fault(question.refused);
  within(question, year * 10_000 + month * 100 + day);
}

function checkOne(question, value, messages) {
  if (!question.offered.includes(value)) throw new Fault(messages.one);
}

function checkSeveral(question, value, messages) {
  if (!value.every((name) => question.offered.includes(name))) throw new Fault(messages.offered);
  const chosen = new Set(value);
  if (question.alone && chosen.has(question.alone) && chosen.size > 1) throw new Fault(question.notAlone);
  within(question, chosen.size);
}

function checkRanked(question, value, messages) {
  if (!value.every((name) => question.offered.includes(name))) throw new Fault(messages.offered);
  if (new Set(value).size < value.length) throw new Fault(messages.once);
  within(question, value.length);
}

function checkConsent(question, value) {
  if (value !== true) throw new Fault(question.refused);
}

const CHECKS = {
  text: checkLine,
  long_text: checkLongText,
  email: checkAddress,
  integer: checkNumber,
  scale: checkNumber,
  date: checkDay,
  one: checkOne,
  many: checkSeveral,
  hours: checkSeveral,
  rank: checkRanked,
  consent: checkConsent,
};
