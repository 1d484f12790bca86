// After: the answer's page.
import { clips } from "./site.js";
import "./delete.js";

const main = document.querySelector("main");
const { analysis: id, title } = main.dataset;
const facts = [...document.querySelectorAll("[data-value]")].map((each) => each.textContent).join(", ");
clips.put({
  id,
  title,
  facts,
  name: document.querySelector(".clip").textContent,
  when: document.querySelector("time").dateTime,
});
