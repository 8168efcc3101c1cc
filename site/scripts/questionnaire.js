// A questionnaire, one step at a time, with its draft kept on this device.
// The page works without this file. What checks the answers and reads them over (review.js, answers.js)
// comes as soon as somebody touches the page; where it doesn't come, the server speaks.

const SEVEN_DAYS = 7 * 24 * 60 * 60 * 1000;

class Pages {
  constructor(form) {
    this.form = form;
    this.steps = [...form.querySelectorAll(".step")];
    this.questions = [...form.querySelectorAll("[data-question]")];
    this.at = 0;
    this.draft = new Draft(form);
    this.inSteps = !("ready" in form.dataset);
    this.review = null;
  }

  start() {
    if (this.inSteps) {
      const kept = this.draft.restore();
      this.form.querySelector("[data-draft-note]").hidden = !kept;
    }
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    for (const zone of this.form.querySelectorAll("[data-zone] select")) {
      if ([...zone.options].some((option) => option.value === here)) zone.value ||= here;
    }
    this.askWhatApplies();
    this.form.addEventListener("input", () => {
      this.askWhatApplies();
      this.draft.keep();
    });
    for (const touch of ["focusin", "pointerover", "submit"]) {
      this.form.addEventListener(touch, () => this.load(), { once: true });
    }
    this.form.addEventListener("submit", (event) => this.send(event));
    this.form.querySelector("[data-forget]")?.addEventListener("click", () => this.draft.forget(true));
    if (!this.inSteps) return;
    this.form.querySelector("[data-back]").addEventListener("click", () => history.back());
    addEventListener("popstate", (event) => this.show(event.state?.step ?? 0));
    history.replaceState({ step: 0 }, "");
    this.show(0, false);
    this.form.dataset.ready = "";
  }

  /** Have what checks the answers; a page on which it can't be had goes on without. */
  load() {
    this.loading ??= import("./review.js").then(
      ({ Review }) => (this.review = new Review(this)),
      () => null,
    );
    return this.loading;
  }

  /** Show the questions that follow from earlier answers, and no others. */
  askWhatApplies() {
    for (const question of this.questions) {
      const [name, choice] = (question.dataset.shownIf ?? "").split(" ");
      if (!name) continue;
      const earlier = this.form.querySelector(`[data-question="${name}"]`);
      const away = earlier.hasAttribute("data-away") || !valuesOf(earlier).includes(choice);
      question.toggleAttribute("data-away", away);
    }
  }

  show(at, focus = true) {
    this.at = at;
    this.review?.clearFaults();
    this.steps.forEach((step, number) => step.toggleAttribute("data-away", number !== at));
    document.querySelector(".before").toggleAttribute("data-away", at > 0);
    const last = at === this.steps.length - 1;
    if (last) this.review?.read();
    this.form.querySelector("[data-back]").toggleAttribute("data-away", at === 0);
    const send = this.form.querySelector("[data-send]");
    this.words ??= send.textContent;
    send.textContent = last ? this.words : messages(this.form).next;
    if (focus) {
      this.steps[at].querySelector("h2").focus({ preventScroll: true });
      this.form.scrollIntoView();
    }
  }

  /** Continue, or send from the last step, as soon as we can say what is wrong with the answers. */
  send(event) {
    if (!this.review && !this.tried) {
      event.preventDefault();
      this.load().then(() => {
        if (this.tried) return; // it was pressed twice
        this.tried = true;
        this.form.requestSubmit();
      });
    } else if (this.review?.refuses(this.inSteps ? this.steps[this.at] : this.form)) {
      event.preventDefault();
    } else if (this.inSteps && this.at < this.steps.length - 1) {
      event.preventDefault();
      const next = this.review?.done ? this.steps.length - 1 : this.at + 1;
      history.pushState({ step: next }, "");
      this.show(next);
    } else {
      const key = this.form.querySelector("[name=_request]");
      if (key) key.value ||= crypto.randomUUID();
      this.draft.sending();
    }
  }
}

/** Return what the fields of a question would send, in their order. */
export function valuesOf(question) {
  return [...question.querySelectorAll("input, select, textarea")]
    .filter((field) => (field.type === "checkbox" || field.type === "radio" ? field.checked : true))
    .map((field) => field.value);
}

/** Return the sentences for any question, in the language of the page. */
export function messages(form) {
  return form.querySelector("#messages").dataset;
}

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
