// A questionnaire, one step at a time, with its draft kept on this device.
// The page works without this file. Nothing here decides: what the server would take is never
// refused, and where we aren't sure we say nothing and let the server speak.

const SEVEN_DAYS = 7 * 24 * 60 * 60 * 1000;

// ── what somebody answered ────────────────────────────────────────────────────────────────────

/** Return the answers given so far to one question, as text, empty ones left out. */
function answersTo(question) {
  const fields = question.querySelectorAll("input, select, textarea");
  return [...fields]
    .filter((field) => (field.type === "checkbox" || field.type === "radio" ? field.checked : field.value.trim()))
    .map((field) => field.value.trim());
}

/** Return the same answers in the words of the page, for reading them over. */
function wordsOf(question) {
  const fields = [...question.querySelectorAll("input, select, textarea")];
  const words = fields.flatMap((field) => {
    if (field.type === "checkbox" || field.type === "radio") {
      return field.checked ? [field.getAttribute("aria-label") ?? field.labels[0].textContent.trim()] : [];
    }
    if (field.tagName === "SELECT") return field.value ? [field.selectedOptions[0].textContent.trim()] : [];
    return field.value.trim() ? [field.value.trim()] : [];
  });
  if (question.dataset.kind === "rank") return words.map((word, at) => `${at + 1}. ${word}`).join("\n");
  return words.join("\n") || "Not answered";
}

// ── what is plainly missing or too much ───────────────────────────────────────────────────────

/** Return what is wrong with these answers, in the words of the page, or null when we can't be sure. */
export function faultIn({ kind, required, minimum, maximum, missing, refused }, answers) {
  if (answers.length === 0) return required === undefined ? null : missing;
  const size = sizeOf(kind, answers);
  if (size === null) return null;
  const within = size >= Number(minimum ?? size) && size <= Number(maximum ?? size);
  return within ? null : refused;
}

function sizeOf(kind, answers) {
  if (kind === "text" || kind === "long_text") return [...answers[0].normalize("NFC")].length;
  if (kind === "many" || kind === "rank") return answers.length;
  if (kind === "integer" || kind === "scale") return /^-?\d{1,9}$/.test(answers[0]) ? Number(answers[0]) : null;
  return null;
}

// ── the page ──────────────────────────────────────────────────────────────────────────────────

class Pages {
  constructor(form) {
    this.form = form;
    this.steps = [...form.querySelectorAll(".step")];
    this.questions = [...form.querySelectorAll("[data-question]")];
    this.at = 0;
    this.reviewing = false;
    this.draft = new Draft(form);
    this.inSteps = !("ready" in form.dataset);
    this.title = document.title;
  }

  start() {
    if (this.inSteps) {
      const kept = this.draft.restore();
      this.form.querySelector("[data-draft-note]").hidden = !kept;
    }
    this.askWhatApplies();
    this.form.addEventListener("input", () => {
      this.askWhatApplies();
      this.draft.keep();
    });
    this.form.addEventListener("submit", (event) => this.send(event));
    this.form.querySelector("[data-forget]")?.addEventListener("click", () => this.draft.forget(true));
    if (!this.inSteps) return;
    this.form.querySelector("[data-back]").addEventListener("click", () => history.back());
    this.form.querySelector(".check").addEventListener("click", (event) => this.change(event));
    addEventListener("popstate", (event) => this.show(event.state?.step ?? 0));
    history.replaceState({ step: 0 }, "");
    this.show(0, false);
    this.form.dataset.ready = "";
  }

  /** Show the questions that follow from earlier answers, and no others. */
  askWhatApplies() {
    for (const question of this.questions) {
      const [name, choice] = (question.dataset.shownIf ?? "").split(" ");
      if (!name) continue;
      const earlier = this.form.querySelector(`[data-question="${name}"]`);
      question.toggleAttribute("data-away", !answersTo(earlier).includes(choice));
    }
  }

  show(at, focus = true) {
    this.at = at;
    this.clearFaults();
    this.steps.forEach((step, number) => step.toggleAttribute("data-away", number !== at));
    document.querySelector(".before").toggleAttribute("data-away", at > 0);
    const last = at === this.steps.length - 1;
    if (last) this.review();
    this.form.querySelector("[data-back]").toggleAttribute("data-away", at === 0);
    this.form.querySelector("[data-send]").textContent = last ? "Send my answers" : "Continue";
    if (focus) {
      this.steps[at].querySelector("h2").focus({ preventScroll: true });
      this.form.scrollIntoView();
    }
  }

  /** Continue, or send from the last step. */
  send(event) {
    const here = this.inSteps ? this.steps[this.at] : this.form;
    const faults = [...here.querySelectorAll("[data-question]")]
      .filter((question) => !question.hasAttribute("data-away"))
      .map((question) => [question, faultIn(question.dataset, answersTo(question))])
      .filter(([, fault]) => fault);
    this.clearFaults();
    if (faults.length > 0) {
      event.preventDefault();
      this.tell(faults);
    } else if (this.inSteps && this.at < this.steps.length - 1) {
      event.preventDefault();
      const next = this.reviewing ? this.steps.length - 1 : this.at + 1;
      history.pushState({ step: next }, "");
      this.show(next);
    } else {
      const key = this.form.querySelector("[name=_request]");
      key.value ||= crypto.randomUUID();
      this.draft.sending();
    }
  }

  review() {
    this.reviewing = true;
    const row = this.form.querySelector("#check-row");
    const rows = this.questions
      .filter((question) => !question.hasAttribute("data-away"))
      .map((question) => {
        const copy = row.content.cloneNode(true);
        const name = (question.querySelector("legend") ?? question.querySelector("label")).firstChild.textContent.trim();
        copy.querySelector("dt").textContent = name;
        copy.querySelector("dd").textContent = wordsOf(question);
        const change = copy.querySelector("a");
        change.href = `#${question.dataset.question}`;
        change.querySelector("span").textContent = ` ${name}`;
        return copy;
      });
    this.form.querySelector(".check").replaceChildren(...rows);
  }

  change(event) {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    const field = document.getElementById(link.hash.slice(1));
    const step = this.steps.indexOf(field.closest(".step"));
    history.pushState({ step }, "");
    this.show(step);
    field.focus();
  }

  /** Say what to do, above and beside each answer, and take the reader there. */
  tell(faults) {
    const summary = this.form.querySelector("#faults").content.cloneNode(true).firstElementChild;
    const item = summary.querySelector("li");
    item.replaceWith(
      ...faults.map(([question, fault]) => {
        const copy = item.cloneNode(true);
        const link = copy.querySelector("a");
        link.href = `#${question.dataset.question}`;
        link.textContent = fault;
        link.addEventListener("click", (event) => {
          event.preventDefault();
          const field = document.getElementById(question.dataset.question);
          (question.querySelector("legend, label") ?? field).scrollIntoView();
          field.focus({ preventScroll: true });
        });
        this.mark(question, fault);
        return copy;
      }),
    );
    this.form.prepend(summary);
    document.title = `Error: ${this.title}`;
    summary.focus();
  }

  mark(question, fault) {
    const name = question.dataset.question;
    const message = this.form.querySelector("#fault").content.cloneNode(true).firstElementChild;
    message.id = `${name}-error`;
    message.append(fault);
    (question.querySelector(".govuk-form-group") ?? question).classList.add("govuk-form-group--error");
    const fields = question.querySelector(".govuk-radios, .govuk-checkboxes, .govuk-input, .govuk-textarea, .ranks, .week, .govuk-select");
    fields.before(message);
    const described = question.querySelector("fieldset") ?? question.querySelector("input, select, textarea");
    described.setAttribute("aria-describedby", `${described.getAttribute("aria-describedby") ?? ""} ${message.id}`.trim());
  }

  clearFaults() {
    document.querySelectorAll(".govuk-error-summary").forEach((summary) => summary.remove());
    this.form.querySelectorAll(".govuk-error-message").forEach((message) => message.remove());
    for (const question of this.form.querySelectorAll(".govuk-form-group--error")) {
      question.classList.remove("govuk-form-group--error");
      for (const field of question.querySelectorAll("[aria-describedby]")) {
        const kept = field.getAttribute("aria-describedby").split(" ").filter((id) => !id.endsWith("-error"));
        field.setAttribute("aria-describedby", kept.join(" "));
      }
    }
    document.title = this.title.replace(/^Error: /, "");
  }
}

// ── the draft ─────────────────────────────────────────────────────────────────────────────────

/** What somebody has answered so far, on this device alone, for a week, until it is sent. */
class Draft {
  constructor(form) {
    this.form = form;
    this.key = `kith-draft ${form.getAttribute("action")}`;
    this.version = form.querySelector("[name=_version]").value;
  }

  keep() {
    if (!this.form.hasAttribute("action")) return; // a survey is short, and its page is behind a link
    const answers = [...new FormData(this.form)].filter(([name]) => !name.startsWith("_"));
    this.write({ version: this.version, at: Date.now(), answers });
  }

  /** Put the kept answers back and say whether there were any; a question that is gone is passed over. */
  restore() {
    const kept = this.read();
    if (!kept || Date.now() - kept.at > SEVEN_DAYS) return false;
    for (const [name, value] of kept.answers) {
      for (const field of this.form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "checkbox" || field.type === "radio") field.checked ||= field.value === value;
        else field.value = value;
      }
    }
    return kept.answers.some(([, value]) => value !== "");
  }

  sending() {
    const kept = this.read();
    if (kept) this.write({ ...kept, sent: true });
  }

  forget(andClear) {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // Nothing was kept where keeping is forbidden.
    }
    if (andClear) location.reload();
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  write(draft) {
    try {
      localStorage.setItem(this.key, JSON.stringify(draft));
    } catch {
      // A private window may keep nothing; the page works all the same.
    }
  }
}

const form = globalThis.document?.querySelector("form.questionnaire");
if (form) new Pages(form).start();
