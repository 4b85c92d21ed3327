// As its guide shows it: the events, and it shows the page and its controls.
import Player from 'rrweb-player';

window.subject = {
  open(events, offsetMs, target) {
    const player = new Player({ target, props: { events, autoPlay: false, width: 1024, height: 576, skipInactive: false } });
    player.goto(offsetMs, false);
    window.subject.seek = (ms) => player.goto(ms, false);
  },
};
