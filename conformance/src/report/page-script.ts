/** What filters the page of a report. Without it every case is shown. */
export const pageScript: string = `
"use strict";
const form = document.getElementById("filter");
const rows = [...document.querySelectorAll("tr[data-verdicts]")].map((row) => ({
  row,
  verdicts: row.dataset.verdicts.split(" "),
  text: (row.querySelector("th").textContent + " " + row.closest("article").querySelector("h3").textContent + " " +
    row.closest("article").querySelector(".text").textContent).toLowerCase(),
}));
const fits = (verdicts, wanted) => {
  if (wanted === "") return true;
  if (wanted === "bad") return verdicts.some((one) => one !== "pass" && one !== "not_applicable" && one !== "none");
  if (wanted === "differ") return new Set(verdicts).size > 1;
  return verdicts.includes(wanted);
};
const apply = () => {
  const words = form.elements.text.value.toLowerCase().split(/\\s+/);
  let shown = 0;
  for (const { row, verdicts, text } of rows) {
    row.hidden = !(fits(verdicts, form.elements.verdict.value) && words.every((word) => text.includes(word)));
    if (!row.hidden) shown++;
  }
  for (const group of [...document.querySelectorAll("article"), ...document.querySelectorAll(".chapter")])
    group.hidden = group.querySelector("tr[data-verdicts]:not([hidden])") === null;
  document.getElementById("none").hidden = shown > 0;
  form.elements.shown.value = shown + " of " + rows.length + " results of cases";
};
form.hidden = false;
form.addEventListener("input", apply);
form.addEventListener("submit", (event) => event.preventDefault());
apply();
`;
