// Loaded when the visitor presses “Show me on the page”, and on the next page while they follow it.
import { type GuideOutcome, type GuideStep, guideEndedWords, holdsOn, isMismatch } from '#domain/guide/guide.ts';
import { json } from '../kit/natives.ts';
import { randomId } from '../kit/random-id.ts';
import { readJson } from '../kit/read-json.ts';
import type { Core, GuideOf } from '../launcher/core.ts';
import type { Conversation } from '../panel/conversation.ts';
import { findTargets, isUsable, rectOf } from './find-target.ts';
import { drawOverlay } from './overlay.ts';

export type Guide = {
  /** Without a word: the visitor is gone, or support is. */
  stop(): void;
};

/** So long a page may be on its way to what the article says. */
const GONE_MS = 2000;
const LOOK_EVERY_MS = 200;
/** Whoever left a guide longer ago is doing something else. */
const KEPT_MS = 10 * 60_000;
/** These are used by what is left in them; a click only begins it. */
const FILLED = /^(?:textbox|searchbox|combobox|slider|spinbutton)$/;

/** A guide under way, as it is kept for the next page. `at` counts from 0. */
type Play = { id: string; answer: number; steps: readonly GuideStep[]; at: number; savedAt: number };

const isPlay = (value: unknown): value is Play =>
  typeof value === 'object' &&
  value !== null &&
  Array.isArray((value as Play).steps) &&
  typeof (value as Play).savedAt === 'number' &&
  (value as Play).at in (value as Play).steps;

/**
 * [H6] Shows the steps of an answer on the page, one after the other, and ends where the page is not what they say. It points and scrolls; whatever is done there is done by
 * the visitor. `of` null goes on with what was begun on the page before; null when there is none.
 */
export function startGuide(core: Core, conversation: Conversation, of: GuideOf | null): Guide | null {
  const { shadow, session, keys } = core;
  const kept = of === null ? readJson(session, keys.guide, isPlay) : null;
  session.remove(keys.guide);
  if (of !== null && !of.guide?.length) return null;
  if (of === null && (kept === null || Date.now() - kept.savedAt > KEPT_MS)) return null;
  const play: Play = kept ?? { id: randomId(20), answer: of!.seq, steps: of!.guide!, at: 0, savedAt: 0 };

  /** Where the visitor was, to be brought back there. */
  const from = shadow.activeElement as HTMLElement | null;
  let target: Element | null = null;
  /** This step was on the screen already. */
  let seen = false;
  let lostAt: number | null = null;
  let said = '';
  let frame = 0;
  let over = false;

  core.close();
  const overlay = drawOverlay(shadow, {
    next: () => go(play.at + 1),
    back: () => go(play.at - 1),
    go() {
      if (target === null) return;
      scrollTo(target);
      (target as HTMLElement).focus({ preventScroll: true });
    },
    stop: () => end('stopped'),
  });
  const timer = setInterval(look, LOOK_EVERY_MS);
  addEventListener('keydown', onKey, true);
  go(play.at);
  // Only when they asked for it just now: on the next page the cursor is where the page wants it.
  if (of !== null) overlay.focus();

  function go(at: number): void {
    if (over || at < 0) return;
    if (at >= play.steps.length) {
      end('done');
      return;
    }
    aim(null);
    play.at = at;
    play.savedAt = Date.now();
    session.set(keys.guide, json.stringify(play));
    seen = false;
    lostAt = null;
    look();
  }

  function look(): void {
    const step = play.steps[play.at] as GuideStep;
    const mismatch = seek(step);
    if (mismatch !== null) end(mismatch);
    else if (!holdsOn(step.path, path())) say(step, `This step is on ${step.path}. Go there, and the guide goes on.`);
    else say(step, target === null ? 'Looking for it…' : '');
  }

  /** As capture says it: also of sites that route in the fragment. */
  function path(): string {
    return core.capture.page().path;
  }

  /** Finds the step's element anew where it has to; what the page is not, once that is certain. */
  function seek(step: GuideStep): GuideOutcome | null {
    if (!holdsOn(step.path, path())) {
      aim(null);
      lostAt = null;
      return seen ? 'elsewhere' : null;
    }
    if (target !== null && isUsable(target, step.role)) return null;
    const found = findTargets(step, shadow.host);
    aim(found.length === 1 ? (found[0] as Element) : null);
    if (target !== null) {
      lostAt = null;
      if (!seen) scrollTo(target);
      seen = true;
      return null;
    }
    // What is still loading is not missing yet.
    if (document.readyState !== 'complete') return null;
    lostAt ??= Date.now();
    if (Date.now() - lostAt < GONE_MS) return null;
    return found.length > 1 ? 'ambiguous' : 'missing';
  }

  /** Live regions read whatever is written into them, also when it is the same. */
  function say({ text }: GuideStep, hint: string): void {
    const state = { step: play.at + 1, steps: play.steps.length, text, hint, found: target !== null };
    const now = json.stringify(state);
    if (now !== said) overlay.say(state);
    said = now;
  }

  function aim(next: Element | null): void {
    if (next === target) return;
    const deed = FILLED.test((play.steps[play.at] as GuideStep).role) ? 'change' : 'click';
    target?.removeEventListener(deed, onDone, true);
    next?.addEventListener(deed, onDone, true);
    target = next;
    cancelAnimationFrame(frame);
    follow();
  }

  function follow(): void {
    overlay.surround(target === null ? null : rectOf(target));
    if (target !== null) frame = requestAnimationFrame(follow);
  }

  function onDone({ isTrusted }: Event): void {
    if (isTrusted) go(play.at + 1);
  }

  function onKey(event: KeyboardEvent): void {
    // The panel's own key closes the panel.
    if (event.key !== 'Escape' || event.isComposing || shadow.activeElement?.closest('.panel')) return;
    if (overlay.hasFocus()) event.stopPropagation();
    end('stopped');
  }

  function clear(): void {
    over = true;
    clearInterval(timer);
    aim(null);
    removeEventListener('keydown', onKey, true);
    session.remove(keys.guide);
    overlay.remove();
  }

  function end(outcome: GuideOutcome): void {
    if (over) return;
    const hadFocus = overlay.hasFocus();
    clear();
    const step = play.at + 1;
    conversation.endGuide(play.id, { answer: play.answer, outcome, step });
    // On a phone the panel covers what the visitor has just done; what did not match they have to be told.
    if (!isMismatch(outcome) && matchMedia('(max-width: 600px)').matches) {
      core.announce(guideEndedWords(outcome, step, play.steps));
      if (hadFocus) shadow.querySelector<HTMLElement>('.launcher')?.focus();
      return;
    }
    core.open(hadFocus && (from?.isConnected ? from : true));
  }

  return {
    stop() {
      if (!over) clear();
    },
  };
}

/** `auto` would be what the page's own style says. */
function scrollTo(node: Element): void {
  const behavior = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth';
  node.scrollIntoView({ block: 'center', inline: 'nearest', behavior });
}
