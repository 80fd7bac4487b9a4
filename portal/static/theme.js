// The reader's own choice of theme wins over the system's. Runs before the page is painted, hence a file of its own.
try {
  const stored = localStorage.getItem("tema");
  if (stored === "light" || stored === "dark") document.documentElement.dataset.theme = stored;
} catch { /* storage is off: follow the system */ }
