/* The ways in which a finished record leaves the form. */

"use strict";

const ways = (() => {
  const { made } = preview;
  const LONGEST_ADDRESS = 7500; // of a page at GitHub, in characters; it answers no longer ones
  const LONGEST_MAIL = 1800; // of a mailto: address that every mail program takes
  const ON_GITHUB = "You need a free account at GitHub, which asks you to log in.";
  const BUTTONS = "There, press the green button (“Commit changes”, then “Propose changes”), and on the next pages “Create pull request”: that is GitHub's word for a proposal.";

  /* Returns the ways that a site has, the easiest first. `told` is where it can be reached, `name` the
     name of the file, and `changed` what a change is of; `save` writes it here, in the preview, and
     `say` tells what was done. */
  function out({ told, name, content, isChange, changed, save, say }) {
    const found = [];
    const mail = told.email && byMail(told, name, content, changed, say);
    if (save) found.push(way("Save it here", `It becomes ${told.folder}/${name} on this machine.`, button("Save into content/", save)));
    if (mail?.isShort) found.push(mail.way);
    if (told.repository) found.push(onGitHub(told, name, content, isChange, say));
    if (mail && !found.includes(mail.way)) found.push(mail.way);
    const hasPlace = told.repository || told.email;
    found.push(way(
      "Take it with you",
      hasPlace ? "The file stays on your device, for instance to show it to a colleague first."
        : "This site does not say yet where to send it. Keep the file, and ask those who run the site.",
      button("Download the file", () => download(name, content, say)),
      copying(content, say, "Copy the text"),
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

  function link(words, href, say) {
    const element = made("a", words, { href, class: "way", target: "_blank", rel: "noopener" });
    element.addEventListener("click", () => say("Is it sent? What you wrote stays here until you begin another one."));
    return element;
  }

  function onGitHub({ repository, branch, folder }, name, content, isChange, say) {
    const start = `${repository}/${isChange ? "edit" : "new"}/${branch}/${folder}`;
    const filled = `${start}?${new URLSearchParams({ filename: name, value: content })}`;
    if (!isChange && filled.length <= LONGEST_ADDRESS) {
      return way("Propose it on GitHub", `${ON_GITHUB} Everything is filled in. ${BUTTONS}`, link("Propose on GitHub", filled, say));
    }
    const there = isChange ? `${start}/${name}` : `${start}?${new URLSearchParams({ filename: name })}`;
    const paste = isChange ? "mark all that stands in the large field, and paste over it." : "paste it into the large field.";
    return way("Propose it on GitHub, in two steps", `${ON_GITHUB} Copy the text, open the page, and ${paste} ${BUTTONS}`,
      copying(content, say, "1. Copy the text"), " ", link("2. Open the page at GitHub", there, say));
  }

  function copying(content, say, words) {
    return button(words, async () => {
      try {
        await navigator.clipboard.writeText(content);
        say("The text is copied.");
      } catch {
        const file = document.querySelector(".file");
        file.open = true;
        getSelection().selectAllChildren(file.querySelector("pre code"));
        say("The text is marked below: copy it with Ctrl+C, or hold your finger on it.");
      }
    });
  }

  function byMail({ email, site }, name, content, changed, say) {
    const subject = changed.length ? `A change of ${name}: ${changed.join(", ")}` : `A practice for ${site}: ${name}`;
    const mail = (body) => `mailto:${email}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`;
    const isShort = mail(content).length <= LONGEST_MAIL;
    if (isShort) {
      const words = `Your mail program opens with the text in it, to ${email}.`;
      return { isShort, way: way("Send it by e-mail", words, link("Send by e-mail", mail(content), say)) };
    }
    const words = `The text is too long to be put into the message by itself. Download the file, and attach it to a message to ${email}.`;
    return { isShort, way: way("Send it by e-mail, in two steps", words,
      button("1. Download the file", () => download(name, content, say)), " ",
      link("2. Write the e-mail", mail(`(Attach the file ${name} here: it is in your downloads.)`), say)) };
  }

  function download(name, content, say) {
    const href = URL.createObjectURL(new Blob([content], { type: "text/markdown" }));
    made("a", "", { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
    say(`The file ${name} is in your downloads.`);
  }

  return { out };
})();
