/**
 * What makes the page of a report answer: a filter, steps from one failure to the next, and links that unfold
 * what they lead to. Without it every case is there all the same.
 */
export const pageScript: string = `
"use strict";
const form = document.getElementById("filter");
const { text: field, verdict: choice, shown: output, previous, next, unfold, fold } = form.elements;
const textOf = (...elements) => elements.map((element) => element.textContent).join(" ").toLowerCase();
const chapters = [...document.querySelectorAll(".chapter")];
const rules = [...document.querySelectorAll(".rule")];
const rows = rules.flatMap((rule) => {
  const chapter = rule.closest(".chapter");
  const about = textOf(chapter.querySelector("h2"), rule.querySelector("h3"), rule.querySelector(".text"));
  return [...rule.querySelectorAll("tr[data-verdicts]")].map((row) => ({
    row, rule, chapter, verdicts: row.dataset.verdicts.split(" "), text: textOf(row.querySelector(".name")) + " " + about,
  }));
});
const isBad = (verdict) => !["pass", "not_applicable", "none"].includes(verdict);
const fits = (verdicts, wanted) => {
  if (wanted === "") return true;
  if (wanted === "bad") return verdicts.some(isBad);
  if (wanted === "differ") return new Set(verdicts).size > 1;
  return verdicts.includes(wanted);
};
let marked;
const mark = (row) => {
  marked?.removeAttribute("data-marked");
  row?.setAttribute("data-marked", "");
  marked = row;
};
let opened;
const apply = () => {
  const words = field.value.toLowerCase().split(/\\s+/).filter((word) => word !== "");
  const isFiltered = words.length > 0 || choice.value !== "";
  if (isFiltered) opened ??= chapters.map((chapter) => chapter.open);
  for (const { row, verdicts, text } of rows)
    row.hidden = !(fits(verdicts, choice.value) && words.every((word) => text.includes(word)));
  const shown = rows.filter(({ row }) => !row.hidden);
  const shownRules = new Set(shown.map(({ rule }) => rule));
  for (const rule of rules) rule.hidden = !shownRules.has(rule);
  chapters.forEach((chapter, index) => {
    const count = shown.filter((one) => one.chapter === chapter).length;
    chapter.hidden = count === 0;
    chapter.querySelector(".shown").textContent = isFiltered ? count + " shown" : "";
    if (isFiltered) chapter.open = true;
    else if (opened !== undefined) chapter.open = opened[index];
  });
  if (!isFiltered) opened = undefined;
  document.getElementById("none").hidden = shown.length > 0;
  next.disabled = previous.disabled = !shown.some(({ verdicts }) => verdicts.some(isBad));
  mark(undefined);
  output.value = isFiltered ? shown.length + " of " + rows.length + " shown" : rows.length + " shown";
};
const reveal = (row) => {
  for (let fold = row.closest("details"); fold !== null; fold = fold.parentElement.closest("details")) fold.open = true;
};
const step = (by, isWanted) => {
  const list = rows.filter(({ row, verdicts }) => !row.hidden && verdicts.some(isWanted)).map(({ row }) => row);
  if (list.length === 0) return;
  const at = list.indexOf(marked);
  const to = at < 0 ? (by > 0 ? 0 : list.length - 1) : (at + by + list.length) % list.length;
  mark(list[to]);
  reveal(list[to]);
  const details = list[to].querySelector("details");
  if (details !== null && list[to].dataset.verdicts.split(" ").some(isBad)) details.open = true;
  list[to].scrollIntoView({ block: "start" });
  output.value = to + 1 + " of " + list.length + ": " + list[to].id;
};
const follow = (hash) => {
  const target = document.getElementById(decodeURIComponent(hash.slice(1)));
  if (target === null) return;
  if (target.closest("[hidden]") !== null && target.closest(".chapter") !== null) {
    form.reset();
    apply();
  }
  reveal(target);
  if (!target.matches("tr")) return;
  mark(target);
  for (const details of target.querySelectorAll("details")) details.open = true;
};
for (const item of document.querySelectorAll("[data-count]:not(.zero)")) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...item.childNodes);
  button.addEventListener("click", () => {
    choice.value = item.dataset.count;
    apply();
    form.scrollIntoView();
  });
  item.append(button);
}
form.addEventListener("input", apply);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  step(1, () => true);
});
next.addEventListener("click", () => step(1, isBad));
previous.addEventListener("click", () => step(-1, isBad));
for (const [button, open] of [[unfold, true], [fold, false]])
  button.addEventListener("click", () => {
    for (const chapter of chapters) chapter.open = open;
  });
let followed = "";
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (link === null) return;
  followed = link.hash;
  follow(followed);
});
// A link that was followed is not followed again, when something else may have been asked for.
addEventListener("hashchange", () => {
  if (location.hash !== followed) follow(location.hash);
  followed = "";
});
form.hidden = false;
apply();
if (location.hash !== "") {
  follow(location.hash);
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}
`;
