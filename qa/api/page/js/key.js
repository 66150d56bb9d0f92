// The API key, where the service wants one: asked for in a dialog, once for all that wait for it.

import { byId } from "./dom.js";

let asking = null;

/** The key that somebody gives; null where they give none. */
export function keyFromPerson() {
  asking ??= new Promise((given) => {
    const dialog = byId("key-dialog");
    dialog.returnValue = "";
    dialog.showModal();
    dialog.addEventListener("close", () => {
      asking = null;
      given(dialog.returnValue === "given" ? byId("key").value.trim() || null : null);
    }, { once: true });
  });
  return asking;
}
