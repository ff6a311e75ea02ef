// Check a receipt and a proof with WebCrypto. Nothing is sent; formats: docs/reference/proof-formats.md.
"use strict";
{
  const ED25519 = 1;
  const LONGEST_PATH = 63;
  const MOST = 2n ** 63n - 1n;
  const form = document.querySelector("form[data-verification]");
  const shown = document.querySelector("[data-findings]");
  const template = document.querySelector("template[data-words]");

  // A verdict with the sentence that gives its reason; thrown where nothing further can be said.
  class Finding extends Error {
    constructor(verdict, word, facts = {}) {
      super(word);
      Object.assign(this, { verdict, word, facts });
    }
  }
  const refuted = (word, facts) => new Finding("refuted", word, facts);
  const unchecked = (word, facts) => new Finding("unchecked", word, facts);

  const utf8 = new TextEncoder();
  const joined = (...parts) => {
    const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  };
  const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
  const digest = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const leafHash = (entry) => digest(joined(Uint8Array.of(0), entry));
  const nodeHash = (left, right) => digest(joined(Uint8Array.of(1), left, right));

  // Base64 with its one spelling; nothing for any other.
  const decoded = (text) => {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
    try {
      const letters = atob(text);
      return btoa(letters) === text ? Uint8Array.from(letters, (one) => one.charCodeAt(0)) : null;
    } catch {
      return null;
    }
  };
  const hash = (text) => {
    const bytes = decoded(text);
    return bytes?.length === 32 ? bytes : null;
  };
  const number = (text) => (/^(0|[1-9][0-9]{0,18})$/.test(text) && BigInt(text) <= MOST ? BigInt(text) : null);
  const isName = (name) => name !== "" && !/[\p{White_Space}\p{Control}+]/u.test(name);

  const readKey = async (text) => {
    const found = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text);
    const content = found && decoded(found[3]);
    if (!content || !isName(found[1]) || content[0] !== ED25519 || content.length !== 33) return null;
    const id = (await digest(joined(utf8.encode(`${found[1]}\n`), content))).slice(0, 4);
    const written = Array.from(id, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return written === found[2] ? { name: found[1], id, bytes: content.slice(1) } : null;
  };

  const readKeys = async (text) => {
    const keys = [];
    for (const [at, line] of text.split("\n").entries()) {
      const wanted = line.trim();
      if (wanted === "" || wanted.startsWith("#")) continue;
      const key = await readKey(wanted);
      if (key === null) throw unchecked("bad-key", { line: at + 1 });
      keys.push(key);
    }
    if (keys.length === 0) throw unchecked("no-keys");
    return keys;
  };

  const readNote = (whole) => {
    const at = whole.lastIndexOf("\n\n");
    if (at < 0 || !whole.endsWith("\n") || /[\u0000-\u0009\u000b-\u001f]/.test(whole) || whole.length > 100000)
      throw unchecked("not-a-note");
    const lines = whole.slice(at + 2, -1).split("\n").map((line) => {
      const [dash, name, signature, ...more] = line.split(" ");
      const content = decoded(signature ?? "");
      if (dash !== "\u2014" || !isName(name ?? "") || more.length > 0 || content === null || content.length < 5)
        throw unchecked("not-a-note");
      return { name, id: content.slice(0, 4), signature: content.slice(4) };
    });
    return { text: whole.slice(0, at + 1), lines };
  };

  const imported = async (key) => {
    try {
      return await crypto.subtle.importKey("raw", key.bytes, { name: "Ed25519" }, false, ["verify"]);
    } catch {
      throw unchecked("no-ed25519");
    }
  };

  // The names of the keys that signed; a wrong line of a known key spoils the note.
  const signers = async (note, keys) => {
    const names = new Set();
    for (const line of note.lines) {
      const key = keys.find((one) => one.name === line.name && same(one.id, line.id));
      if (!key || names.has(key.name)) continue;
      const isRight = await crypto.subtle.verify(
        { name: "Ed25519" },
        await imported(key),
        line.signature,
        utf8.encode(note.text),
      );
      if (!isRight) throw refuted("bad-signature", { name: key.name });
      names.add(key.name);
    }
    if (names.size === 0)
      throw unchecked("unknown-signer", { names: note.lines.slice(0, 3).map((line) => line.name).join(", ") });
    return names;
  };

  const expectSigner = (names, wanted, origin) => {
    if (!names.has(wanted)) throw refuted("wrong-signer", { origin, name: [...names].join(", ") });
  };

  const INSTANT = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z";
  const RECEIPT = new RegExp(
    `^tokimori-receipt/v1\\n(\\S+)\\n([0-9a-f-]{36})\\n(\\S+)\\nat (${INSTANT})\\nreceived (${INSTANT})\\nmerge-by (${INSTANT})\\n$`,
  );

  // A time of the formats in the reader's own place and way of writing; what cannot be read stays as it is.
  const moment = (text) => {
    const at = new Date(text);
    if (Number.isNaN(at.getTime())) return text;
    return new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "long" }).format(at);
  };

  const checkReceipt = async (whole, keys, say) => {
    const note = readNote(whole);
    const names = await signers(note, keys);
    const [, origin, event, leafText, , received, due] = RECEIPT.exec(note.text) ?? [];
    const leaf = hash(leafText ?? "");
    if (leaf === null) throw unchecked("not-a-receipt");
    expectSigner(names, `${origin}/receipts`, origin);
    say("proven", "receipt", { origin, event, received: moment(received), due: moment(due) });
    return { origin, leaf, isDue: Date.parse(due) < Date.now() };
  };

  const largestPowerBelow = (count) => {
    let power = 1n;
    while (power * 2n < count) power *= 2n;
    return power;
  };

  const rootFrom = async (index, size, leaf, path) => {
    const turns = [];
    let [begin, end] = [0n, size];
    while (end - begin > 1n) {
      const middle = begin + largestPowerBelow(end - begin);
      const isRight = index >= middle;
      turns.unshift(isRight);
      [begin, end] = isRight ? [middle, end] : [begin, middle];
    }
    if (turns.length !== path.length) throw refuted("path-length");
    let value = leaf;
    for (const [at, isRight] of turns.entries())
      value = isRight ? await nodeHash(path[at], value) : await nodeHash(value, path[at]);
    return value;
  };

  const readProof = (whole) => {
    const at = whole.indexOf("\n\n");
    const [heading, ...rest] = whole.slice(0, Math.max(at, 0)).split("\n");
    const extra = rest[0]?.startsWith("extra ") ? decoded(rest.shift().slice(6)) : undefined;
    const index = rest[0]?.startsWith("index ") ? number(rest[0].slice(6)) : null;
    const path = rest.slice(1).map(hash);
    if (heading !== "c2sp.org/tlog-proof@v1" || index === null || extra === null || path.length > LONGEST_PATH)
      throw unchecked("not-a-proof");
    if (path.includes(null)) throw refuted("not-a-proof");
    if (extra === undefined) throw unchecked("no-entry");
    return { index, path, entry: extra, note: whole.slice(at + 2) };
  };

  const readHead = (text) => {
    const [origin, size, root] = text.split("\n");
    const head = { origin, size: number(size ?? ""), root: hash(root ?? "") };
    if (text.split("\n").length < 4 || origin === "" || head.size === null || head.root === null)
      throw refuted("bad-checkpoint");
    return head;
  };

  const checkProof = async (whole, keys, say) => {
    const { index, path, entry, note } = readProof(whole);
    const opened = readNote(note);
    const names = await signers(opened, keys);
    const head = readHead(opened.text);
    expectSigner(names, head.origin, head.origin);
    const numbers = new Intl.NumberFormat(document.documentElement.lang);
    say("proven", "checkpoint", { origin: head.origin, size: numbers.format(head.size) });
    if (index >= head.size) throw refuted("no-path");
    const leaf = await leafHash(entry);
    if (!same(await rootFrom(index, head.size, leaf, path), head.root)) throw refuted("no-path");
    say("proven", "included", { index: numbers.format(index) });
    sayEntry(entry, say);
    return { origin: head.origin, leaf };
  };

  const sayEntry = (entry, say) => {
    try {
      const { type, event, at, received } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(entry));
      if ([type, event, at, received].every((one) => typeof one === "string"))
        say("", "entry", { type, event, at: moment(at), received: moment(received) });
    } catch {
      // An entry of another log: that it is there was shown, and what it says is for whoever knows it.
    }
  };

  const check = async (say) => {
    const put = (name) => {
      // Whatever was pasted last is there with its line ends; only a note's last one is lost easily.
      const text = form.querySelector(`#${name}`).value.replaceAll("\r\n", "\n").trim();
      return text === "" ? "" : `${text}\n`;
    };
    const [receiptText, proofText] = [put("receipt"), put("proof")];
    if (receiptText === "" && proofText === "") throw unchecked("nothing");
    if (!globalThis.crypto?.subtle) throw unchecked("no-ed25519");
    const keys = await readKeys(put("keys"));
    const receipt = receiptText === "" ? null : await checkReceipt(receiptText, keys, say);
    if (proofText === "") return say("", receipt.isDue ? "promise-due" : "promise-open");
    const proof = await checkProof(proofText, keys, say);
    if (receipt === null) return undefined;
    if (receipt.origin !== proof.origin || !same(receipt.leaf, proof.leaf)) throw refuted("another");
    return say("proven", "kept");
  };

  const words = (word, facts = {}) =>
    template.content
      .querySelector(`[data-word="${word}"]`)
      .textContent.trim()
      .replaceAll(/\{(\w+)\}/g, (_, name) => String(facts[name] ?? "").slice(0, 300));

  const KINDS = { proven: "notice-ok", refuted: "notice-act", unchecked: "notice-wait" };

  const show = (findings) => {
    const verdicts = findings.map((one) => one.verdict);
    const verdict = ["refuted", "unchecked", "proven"].find((one) => verdicts.includes(one));
    const box = document.createElement("div");
    box.className = `notice ${KINDS[verdict]}`;
    const inside = document.createElement("div");
    const heading = document.createElement("h2");
    heading.textContent = words(verdict);
    inside.append(heading);
    for (const { word, facts } of findings) {
      const line = document.createElement("p");
      line.textContent = words(word, facts);
      inside.append(line);
    }
    box.append(inside);
    box.dataset.verdict = verdict;
    shown.replaceChildren(box);
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const findings = [];
    try {
      await check((verdict, word, facts) => void findings.push({ verdict, word, facts }));
    } catch (error) {
      findings.push(error instanceof Finding ? error : unchecked("not-a-note"));
    }
    show(findings);
    shown.scrollIntoView({ block: "nearest" });
  });

  for (const chooser of form.querySelectorAll("input[type=file]"))
    chooser.addEventListener("change", async () => {
      const [file] = chooser.files;
      if (file && file.size <= 100000) form.querySelector(`#${chooser.dataset.into}`).value = await file.text();
    });
}
