/* The ways in which a finished record leaves the form. */

"use strict";

const ways = (() => {
  const { made } = preview;
  const LONGEST_ADDRESS = 7500; // of a page at GitHub, in characters; it answers no longer ones
  const LONGEST_MAIL = 1800; // of a mailto: address that every mail program takes
  const ON_GITHUB = "You need a free account at GitHub, which asks you to log in.";
  const BUTTONS = "There, press the green button (“Commit changes”, then “Propose changes”), and on the next pages “Create pull request”: that is GitHub's word for a proposal.";

  /* Returns the ways that a site has, the best first. `told` is where it can be reached, `name` the
     name of the file, and `save` writes it here, in the preview. */
  function out({ told, name, content, isChange, save, say }) {
    const found = [];
    const mail = told.email && byMail(told, name, content, isChange);
    if (save) found.push(way("Save it here", `It becomes ${told.folder}/${name} on this machine.`, button("Save into content/", save)));
    if (mail?.isShort && isChange) found.push(mail.way);
    if (told.repository) found.push(onGitHub(told, name, content, isChange, say));
    if (mail && !found.includes(mail.way)) found.push(mail.way);
    const hasPlace = told.repository || told.email;
    found.push(way(
      "Take it with you",
      hasPlace ? "The file stays on your device, for instance to show it to a colleague first."
        : "This site does not say yet where to send it. Keep the file, and ask those who run the site.",
      button("Download the file", () => download(name, content)),
    ));
    return found;
  }

  function way(title, words, ...controls) {
    return made("div", [made("h3", title), made("p", words), made("p", controls)]);
  }

  function button(words, act) {
    const element = made("button", words, { type: "button", class: "way" });
    element.addEventListener("click", act);
    return element;
  }

  const link = (words, href) => made("a", words, { href, class: "way", target: "_blank", rel: "noopener" });

  function onGitHub({ repository, branch, folder }, name, content, isChange, say) {
    const start = `${repository}/${isChange ? "edit" : "new"}/${branch}/${folder}`;
    const filled = `${start}?${new URLSearchParams({ filename: name, value: content })}`;
    if (!isChange && filled.length <= LONGEST_ADDRESS) {
      return way("Propose it on GitHub", `${ON_GITHUB} Everything is filled in. ${BUTTONS}`, link("Propose on GitHub", filled));
    }
    const there = isChange ? `${start}/${name}` : `${start}?${new URLSearchParams({ filename: name })}`;
    const paste = isChange ? "mark all that stands in the large field, and paste over it." : "paste it into the large field.";
    const copying = button("1. Copy the text", () => copy(content, copying, say));
    return way("Propose it on GitHub, in two steps", `${ON_GITHUB} Copy the text, open the page, and ${paste} ${BUTTONS}`,
      copying, " ", link("2. Open the page at GitHub", there));
  }

  async function copy(content, pressed, say) {
    try {
      await navigator.clipboard.writeText(content);
      pressed.textContent = "1. Copied";
    } catch {
      const file = document.querySelector(".file");
      file.open = true;
      getSelection().selectAllChildren(file.querySelector("pre code"));
      say("The text is marked below: copy it with Ctrl+C, or hold your finger on it.");
    }
  }

  function byMail({ email, site }, name, content, isChange) {
    const subject = isChange ? `A change of ${name}` : `A practice for ${site}: ${name}`;
    const mail = (body) => `mailto:${email}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`;
    const isShort = mail(content).length <= LONGEST_MAIL;
    const words = isShort ? `Your mail program opens with the text in it, to ${email}.`
      : `Download the file first; then attach it to a message to ${email}.`;
    const href = mail(isShort ? content : `The file ${name} is attached.`);
    return { isShort, way: way("Send it by e-mail", words, made("a", "Send by e-mail", { href, class: "way" })) };
  }

  function download(name, content) {
    const href = URL.createObjectURL(new Blob([content], { type: "text/markdown" }));
    made("a", "", { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  }

  return { out };
})();
