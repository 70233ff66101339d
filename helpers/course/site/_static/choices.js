// Checks the exercises that ask "which of these are true?" without a kernel.
for (const form of document.querySelectorAll("fieldset.choice")) {
  const boxes = [...form.querySelectorAll("input")];
  const right = (box) => "right" in box.dataset;
  form.querySelector("button").addEventListener("click", () => {
    const nothing = !boxes.some((box) => box.checked) && boxes.some(right);
    const wrong = boxes.filter((box) => box.checked != right(box));
    const said = nothing ? ["Nothing is chosen."] : wrong.map((box) => box.dataset.said);
    const lines = said.length ? ["Not yet.", ...said] : ["Right."];
    const status = form.querySelector("[role=status]");
    status.innerHTML = lines.map((line) => `<p>${line}</p>`).join("");
  });
}
