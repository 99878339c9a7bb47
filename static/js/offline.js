// The offline page goes back to the on-call home by itself when there is a network again.
addEventListener("online", () => document.querySelector("a.btn")?.click());
