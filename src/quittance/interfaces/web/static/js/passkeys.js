// Passkeys: shown where the browser has them; a refusal is told in words.
"use strict";

if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = false;
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const name = event.detail.exception?.name === "SecurityError" ? "SecurityError" : "";
  for (const note of document.querySelectorAll("[data-passkey-refused]")) {
    note.hidden = note.dataset.passkeyRefused !== name;
  }
});
