// Checking the answers of a questionnaire on the page: what to do about each, and all of them to read over.

import { faultsIn } from "./answers.js";
import { messages, valuesOf } from "./questionnaire.js";

/** What stands below the words that say what is wrong. */
const FIELDS = ".govuk-radios, .govuk-checkboxes, .govuk-input, .govuk-textarea, .ranks, .week, .govuk-select";

export class Review {
  constructor(pages) {
    const { form, questions } = pages;
    this.pages = pages;
    this.form = form;
    this.questions = questions;
    this.done = false; // whether everything has been read over once: “Continue” then leads back there
    this.error = form.querySelector("#fault").content.textContent.trim();
    this.title = document.title.replace(`${this.error} `, "");
    form.querySelector(".check")?.addEventListener("click", (event) => this.change(event));
    for (const table of form.querySelectorAll(".week")) table.addEventListener("keydown", moveInTable);
  }

  /** Say what is wrong with the answers given here, and whether anything is. */
  refuses(here) {
    const sent = Object.fromEntries(this.questions.map((one) => [one.dataset.question, valuesOf(one)]));
    const faults = new Map(faultsIn(this.questions.map(factsOf), sent, messages(this.form)));
    const found = [...here.querySelectorAll("[data-question]")]
      .filter((question) => faults.has(question.dataset.question))
      .map((question) => [question, faults.get(question.dataset.question)]);
    this.clearFaults();
    if (found.length > 0) this.tell(found);
    return found.length > 0;
  }

  /** Show every answer in the words of the page. */
  read() {
    this.done = true;
    const row = this.form.querySelector("#check-row");
    const rows = this.questions
      .filter((question) => !question.hasAttribute("data-away"))
      .map((question) => {
        const copy = row.content.cloneNode(true);
        const name = (question.querySelector("legend") ?? question.querySelector("label")).firstChild.textContent.trim();
        copy.querySelector("dt").textContent = name;
        copy.querySelector("dd").textContent = wordsOf(question) || messages(this.form).unanswered;
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
    const step = this.pages.steps.indexOf(field.closest(".step"));
    history.pushState({ step }, "");
    this.pages.show(step);
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
    document.title = `${this.error} ${this.title}`;
    summary.focus();
  }

  mark(question, fault) {
    const name = question.dataset.question;
    const message = this.form.querySelector("#fault").content.cloneNode(true).firstElementChild;
    message.id = `${name}-error`;
    message.append(fault);
    (question.querySelector(".govuk-form-group") ?? question).classList.add("govuk-form-group--error");
    question.querySelector(FIELDS).before(message);
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
    document.title = this.title;
  }
}

/** Return what the page says of a question: its `data-` attributes, and what can be chosen. */
function factsOf(question) {
  const fields = [...question.querySelectorAll("input, select, textarea")];
  const offered = fields.flatMap((field) =>
    field.tagName === "SELECT" ? [...field.options].map((option) => option.value) : [field.value],
  );
  return { ...question.dataset, name: question.dataset.question, offered };
}

/** Return the answers to a question in the words of the page, for reading them over. */
function wordsOf(question) {
  const words = [...question.querySelectorAll("input, select, textarea")].flatMap((field) => {
    if (field.type === "checkbox" || field.type === "radio") {
      return field.checked ? [field.getAttribute("aria-label") ?? field.labels[0].textContent.trim()] : [];
    }
    if (field.tagName === "SELECT") return field.value ? [field.selectedOptions[0].textContent.trim()] : [];
    return field.value.trim() ? [field.value.trim()] : [];
  });
  if (question.dataset.kind === "rank") return words.map((word, at) => `${at + 1}. ${word}`).join("\n");
  return words.join("\n");
}

/** Go from cell to cell of a timetable with the arrow keys. */
function moveInTable(event) {
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const [down, across] = steps[event.key] ?? [0, 0];
  const row = event.target.closest("tr");
  if (!row || !(down || across)) return;
  const back = getComputedStyle(row).direction === "rtl" ? -1 : 1;
  const rows = [...row.parentElement.rows];
  const place = [...row.cells].indexOf(event.target.closest("td")) + across * back;
  const next = rows[rows.indexOf(row) + down]?.cells[place]?.querySelector("input");
  if (!next) return;
  event.preventDefault();
  next.focus();
}
