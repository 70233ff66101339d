// Shows one frame of a picture of steps at a time: play, step, slide. The picture is
// the last one above; without this script it stays as it is.
(() => {
  const player = document.currentScript.previousElementSibling;
  const labels = JSON.parse(player.dataset.labels);
  const columns = Number(player.dataset.columns);
  const rows = Math.ceil(labels.length / columns);
  let timer = null;

  function start(picture) {
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    canvas.width = picture.naturalWidth / columns;
    canvas.height = picture.naturalHeight / rows;
    canvas.style.width = `${player.dataset.width}px`;
    canvas.style.maxWidth = "100%";
    picture.after(canvas);
    picture.hidden = true;
    player.innerHTML = `<button type="button">Play</button>
      <button type="button" aria-label="Step back">‹</button>
      <input type="range" min="1" max="${labels.length}" value="1" aria-label="Step">
      <button type="button" aria-label="Step forward">›</button>
      <output aria-live="polite"></output>`;
    const [play, back, slide, next, words] = player.querySelectorAll("button, input, output");

    function show(step) {
      const [row, column] = [Math.floor((step - 1) / columns), (step - 1) % columns];
      const { width, height } = canvas;
      canvas.getContext("2d").drawImage(
        picture, column * width, row * height, width, height, 0, 0, width, height);
      slide.value = step;
      words.value = `Step ${step} of ${labels.length}: ${labels[step - 1]}`;
      canvas.setAttribute("aria-label", words.value);
    }
    function stop() {
      clearInterval(timer);
      timer = null;
      play.textContent = "Play";
    }
    function move(by) {
      const step = Number(slide.value) + by;
      if (step < 1 || step > labels.length) stop();
      else show(step);
    }
    play.onclick = () => {
      if (timer) return stop();
      if (Number(slide.value) === labels.length) show(1);
      play.textContent = "Stop";
      timer = setInterval(move, 1500, 1);
    };
    back.onclick = () => { stop(); move(-1); };
    next.onclick = () => { stop(); move(1); };
    slide.oninput = () => { stop(); show(Number(slide.value)); };
    show(1);
  }

  // The picture may be drawn a little later than these controls.
  function wait(tries) {
    const place = player.closest(".jp-OutputArea") ?? document;
    const before = (image) =>
      image.compareDocumentPosition(player) & Node.DOCUMENT_POSITION_FOLLOWING;
    const picture = [...place.querySelectorAll("img")].filter(before).pop();
    if (picture && picture.complete && picture.naturalWidth) start(picture);
    else if (tries) setTimeout(wait, 100, tries - 1);
  }
  wait(100);
})();
