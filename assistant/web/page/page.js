// What textual-serve's script leaves to do around its terminal.
"use strict";

const PATIENCE = 100; // milliseconds
const LOOKS = 50;

const openTerminal = window.onload;

// The terminal measures its font once, when it opens: not before the font is there.
window.onload = async (event) => {
  const styles = ["", "bold ", "italic ", "italic bold "];
  const loads = styles.map((style) => document.fonts.load(`${style}16px "Roboto Mono"`));
  await Promise.allSettled(loads);
  openTerminal(event);
  setTimeout(waitForChat, PATIENCE, 1);
};

// Keys go to the chat without a click. It takes no notice of that before it has drawn,
// and a theme that is black all over cannot be seen to have drawn.
const waitForChat = (look) => {
  const begun = document.body.classList.contains("-first-byte");
  if (begun && (takeColour() || look >= LOOKS)) {
    document.querySelector(".xterm-helper-textarea").focus();
    setInterval(takeColour, 5 * PATIENCE);
  } else {
    setTimeout(waitForChat, PATIENCE, begun ? look + 1 : 1);
  }
};

const pixel = document.createElement("canvas").getContext("2d", {
  willReadFrequently: true,
});

// What is left beside whole rows and columns has the colour of the chat's first column,
// which changes with its theme. Returns whether that is another colour than black.
const takeColour = () => {
  const layer = document.querySelector("canvas.xterm-text-layer");
  if (layer === null) return false;
  pixel.drawImage(layer, 1, layer.height / 2, 1, 1, 0, 0, 1, 1);
  const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
  document.body.style.background = `rgb(${red} ${green} ${blue})`;
  return red + green + blue > 0;
};

document.addEventListener("DOMContentLoaded", () => {
  document.querySelector("#again").onclick = () => window.location.reload();
});
