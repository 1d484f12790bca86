// What every page shares: its text, the units, this device's receipt and list of clips, and asking the API.

const texts = JSON.parse(document.getElementById("text").textContent);

/** A text of the catalogue with its {braces} filled. */
export function say(name, told = {}) {
  return texts[name].replace(/\{(\w+)\}/g, (_, key) => told[key]);
}

/** An element by its id. */
export const $ = (id) => document.getElementById(id);

const storage = {
  read(name, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(`formcheck.${name}`)) ?? otherwise;
    } catch {
      return otherwise; // private windows may refuse
    }
  },
  write(name, value) {
    try {
      localStorage.setItem(`formcheck.${name}`, JSON.stringify(value));
    } catch {
      // kept nowhere then; the page works all the same
    }
  },
};

/** Random bits as text that fits an address. */
function randomWord(bytes) {
  const bits = crypto.getRandomValues(new Uint8Array(bytes)); // also where there is no TLS, unlike randomUUID
  return btoa(String.fromCharCode(...bits)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** A word for one upload: sent again with it, the clip is taken once. */
export const newUploadWord = () => randomWord(16);

let ownReceipt = storage.read("receipt", "");
/** What shows the service that a clip was sent from this browser: needed to stop it and to delete it. */
export function receipt() {
  if (!ownReceipt) {
    ownReceipt = `fcr_${randomWord(32)}`;
    storage.write("receipt", ownReceipt);
  }
  return ownReceipt;
}

/** Read from the API, as anybody who has the address may, or do there what only this browser may; throws Error with words. */
export async function ask(path, options = {}) {
  const headers = { Accept: "application/json" };
  if (options.method) headers.Authorization = `Bearer ${receipt()}`;
  const answer = await fetch(path, { ...options, headers });
  if (!answer.ok) throw new Error(await whatWentWrong(answer));
  return answer.status === 204 ? null : answer.json();
}

/** Whether a clip was sent from this browser, so that it may stop and delete it. */
export async function isMine(id) {
  const answer = await fetch(`/v1/analyses/${id}`, { headers: { Authorization: `Bearer ${receipt()}` } });
  return answer.ok;
}

async function whatWentWrong(answer) {
  try {
    return problemWords(await answer.json());
  } catch {
    return `${answer.status}`;
  }
}

/** A problem document in one sentence. */
export const problemWords = (problem) => `${problem.title}: ${problem.detail}`;

/** Show an error where the page has room for it; without words, take it away. */
export function showWrong(words) {
  const place = $("wrong");
  place.hidden = !words;
  place.textContent = words ?? "";
}

/** Clips sent or seen from this browser, newest first: {id, name, when, title, facts}. */
export const clips = {
  all: () => storage.read("clips", []),
  put(clip) {
    const before = this.all().find((each) => each.id === clip.id);
    const rest = this.all().filter((each) => each.id !== clip.id);
    const kept = [{ ...before, ...clip }, ...rest].sort((a, b) => b.when.localeCompare(a.when));
    storage.write("clips", kept.slice(0, 100));
  },
  has: (id) => clips.all().some((each) => each.id === id),
  drop(id) {
    storage.write("clips", this.all().filter((each) => each.id !== id));
  },
  clear: () => storage.write("clips", []),
};

/** A day and time as people of this device write it. */
export const dayOf = (when) => new Date(when).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });

/** An element with attributes and children. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function useUnits(units) {
  document.documentElement.dataset.units = units;
  const fields = document.querySelectorAll("main .metric input, main .imperial input");
  for (const field of fields) field.disabled = !field.closest(`.${units}`); // one that is not seen holds nothing back
  storage.write("units", units);
}

const units = document.querySelector(".units");
units.hidden = false;
const usual = /^en-(US|LR)$|^my/.test(navigator.language) ? "imperial" : "metric";
const chosen = storage.read("units", usual);
useUnits(chosen);
for (const radio of units.querySelectorAll("input")) {
  radio.checked = radio.value === chosen;
  radio.addEventListener("change", () => useUnits(radio.value));
}

async function share(told) {
  const address = location.href.split("#")[0];
  try {
    if (navigator.share && matchMedia("(pointer: coarse)").matches) return await navigator.share({ url: address });
    await navigator.clipboard.writeText(address);
    told.textContent = say("copied");
  } catch (error) {
    if (error.name !== "AbortError") told.textContent = say("copy_this", { address });
  }
}

for (const button of document.querySelectorAll("[data-share]")) {
  button.addEventListener("click", () => share(document.querySelector("[data-share-told]")));
}
