// A section's textarea: what is typed is kept on the server, citations go in where the cursor is.
// Without this file everything works with Save and Preview.
const WAIT_MS = 1500;
const form = document.querySelector("form[data-section]");
const text = document.getElementById("body");

if (form && text) {
  const told = form.querySelector("[data-kept]");
  let saved = text.value;
  let timer = 0;
  let leaving = false;

  const keep = async () => {
    if (leaving || text.value === saved) return;
    const typed = text.value;
    const data = new FormData(form);
    try {
      const answer = await fetch(form.dataset.keep, { method: "POST", body: data, redirect: "error" });
      const { message } = await answer.json();
      if (!answer.ok) throw new Error(message);
      saved = typed;
      told.textContent = "Kept for you. Others see it when you save.";
    } catch (error) {
      told.textContent = `Not kept: ${error.message || "the server could not be reached"}. It is tried again.`;
      later();
    }
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(keep, WAIT_MS);
  };
  text.addEventListener("input", later);
  form.addEventListener("submit", () => { leaving = true; });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("beforeunload", (event) => {
    if (!leaving && text.value !== saved) event.preventDefault();
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-insert]");
  if (!button || !text) return;
  text.setRangeText(button.dataset.insert, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
});
