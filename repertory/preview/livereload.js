// Reloads the page when the site was rebuilt, and shows the problems when it could not be.
"use strict";
(() => {
  const own = Number(document.currentScript.dataset.epoch);

  const show = (problems) => {
    document.getElementById("repertory-problems")?.remove();
    if (!problems) return;
    const box = document.createElement("pre");
    box.id = "repertory-problems";
    box.setAttribute("role", "alert");
    box.textContent = problems;
    document.body.append(box);
  };

  const events = new EventSource("/repertory/events");
  events.onmessage = (message) => {
    const { epoch, problems } = JSON.parse(message.data);
    if (epoch !== own && !problems) location.reload();
    show(problems);
  };
})();
