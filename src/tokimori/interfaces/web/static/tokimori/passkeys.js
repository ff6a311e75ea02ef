// Passkeys: ask the browser for one, and send what it answers with the form.
"use strict";
{
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  const letters = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  const options = async (form) => {
    const answer = await fetch(form.dataset.options, {
      method: "POST",
      headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      redirect: "manual",
    });
    if (answer.type === "opaqueredirect") {
      // Who it is must be shown again first; the page knows the way.
      HTMLFormElement.prototype.submit.call(form);
      return new Promise(() => {});
    }
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  const create = async (form) => {
    const given = await options(form);
    const made = await navigator.credentials.create({
      publicKey: {
        ...given,
        challenge: bytes(given.challenge),
        user: { ...given.user, id: bytes(given.user.id) },
        excludeCredentials: known(given.excludeCredentials),
      },
    });
    return {
      id: made.id,
      rawId: letters(made.rawId),
      type: made.type,
      response: {
        clientDataJSON: letters(made.response.clientDataJSON),
        attestationObject: letters(made.response.attestationObject),
        transports: made.response.getTransports?.() ?? [],
      },
      clientExtensionResults: {},
    };
  };

  const plain = (found) => ({
    id: found.id,
    rawId: letters(found.rawId),
    type: found.type,
    response: {
      clientDataJSON: letters(found.response.clientDataJSON),
      authenticatorData: letters(found.response.authenticatorData),
      signature: letters(found.response.signature),
      userHandle: found.response.userHandle ? letters(found.response.userHandle) : null,
    },
    clientExtensionResults: {},
  });

  let waiting = null; // what the browser offers beside the field for the name, until a button asks openly

  const get = async (form, mediation) => {
    const given = await options(form);
    waiting?.abort();
    waiting = new AbortController();
    const found = await navigator.credentials.get({
      mediation,
      signal: waiting.signal,
      publicKey: { ...given, challenge: bytes(given.challenge), allowCredentials: known(given.allowCredentials) },
    });
    return plain(found);
  };

  const send = (form, credential) => {
    form.elements.credential.value = JSON.stringify(credential);
    HTMLFormElement.prototype.submit.call(form);
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-passkey]")) return;
    event.preventDefault();
    const told = form.querySelector(".error");
    told.hidden = true;
    try {
      send(form, await (form.dataset.passkey === "create" ? create(form) : get(form, "optional")));
    } catch {
      told.textContent = form.dataset.failed;
      told.hidden = false;
    }
  });

  // Offer a passkey where the name is typed, without being asked (conditional mediation).
  const offered = document.querySelector("[data-passkey-offered]");
  if (offered && window.PublicKeyCredential?.isConditionalMediationAvailable) {
    PublicKeyCredential.isConditionalMediationAvailable()
      .then((is) => is && get(offered, "conditional").then((found) => send(offered, found)))
      .catch(() => {});
  }
  for (const form of document.querySelectorAll("[data-passkey]")) form.hidden = !window.PublicKeyCredential;
}
