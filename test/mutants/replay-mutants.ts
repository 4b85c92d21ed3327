import type { Mutant } from './mutants.ts';

const TAPE = 'widget/player/tape.ts';
const LOADER = 'widget/console/replay/part-loader.ts';
const SEGMENTS = 'widget/console/replay/segments.ts';
const KEYFRAMES = 'worker/domain/replay/keyframes.ts';
const FOLD = 'worker/domain/replay/fold.ts';
const DISARM = 'worker/domain/redaction/replay.ts';
const WRITTEN = 'worker/domain/redaction/written.ts';
const ATTRIBUTES = 'worker/domain/redaction/attributes.ts';
const HOVER = 'widget/player/hover-css.ts';
const DRAWING = 'worker/domain/redaction/drawing.ts';
const SIZE = 'worker/domain/redaction/picture-size.ts';
const SELECTORS = 'worker/domain/redaction/selectors.ts';

const player = (name: string, file: string, from: string, to: string): Mutant => ({
  name: `player: ${name}`,
  file,
  from,
  to,
  suite: 'player',
});

const disarm = (...of: Parameters<typeof player>): Mutant => ({ ...player(...of), suite: 'replay' });

const picture = (...of: Parameters<typeof player>): Mutant => ({ ...player(...of), suite: 'pictures' });

/** Bugs that show an agent another page than the visitor had. */
export const REPLAY_MUTANTS: readonly Mutant[] = [
  player(
    'a moment leaves out what happened at it',
    TAPE,
    'if (event.timestamp > at) break;',
    'if (event.timestamp >= at) break;',
  ),
  player(
    'what happens after it begins with it',
    TAPE,
    'if (event.timestamp > at) events.push(playedEvent(event));',
    'if (event.timestamp >= at) events.push(playedEvent(event));',
  ),
  player(
    'playing goes over a part that has not come',
    TAPE,
    'if (segment === undefined) break;',
    'if (segment === undefined) continue;',
  ),
  player(
    'a keyframe of later on',
    TAPE,
    'if (base.at <= at && (best === null',
    'if (base.at <= at + 50 && (best === null',
  ),
  player('an unreadable keyframe is no picture', TAPE, '        drop(base);', '        return null;'),
  player(
    'the pointer of before the moment before',
    TAPE,
    'events.findLast((event) => event.timestamp <= at',
    'events.find((event) => event.timestamp <= at',
  ),
  player('a keyframe over a hole', KEYFRAMES, 'if (n !== (last?.n ?? -1) + run.length + 1) return [];', ''),
  player(
    'a keyframe of the first part, which is one',
    KEYFRAMES,
    'if (last !== null || n > 0) bytes += own;',
    'bytes += own;',
  ),
  player(
    'as many keyframes of a large page as of a small one',
    KEYFRAMES,
    'const SHARE_OF_LAST = 1 / 5;',
    'const SHARE_OF_LAST = 0;',
  ),
  player(
    'what came before the keyframe is fetched too',
    SEGMENTS,
    'n > (keyframe?.n ?? -1) && fromAt <= at',
    'fromAt <= at',
  ),
  player('a keyframe of after the moment', SEGMENTS, 'one.at <= at && (best === null', '(best === null'),
  player('one that overtook another does not wait', SEGMENTS, 'now - seenAt(n) < patienceMs', 'false'),
  player('an earlier wish is granted after a later one', LOADER, 'if (mine === wish) then();', 'then();'),
  player('the rest comes before the picture', LOADER, 'if (!isOpen || closed) return;', 'if (closed) return;'),
  player(
    'what cannot be had is waited for',
    LOADER,
    'segments.filter(({ n }) => !gone.has(n))',
    'segments.filter(({ n }) => n >= 0)',
  ),
  player('many small parts without a keyframe', KEYFRAMES, 'bytes >= limit || run.length === most', 'bytes >= limit'),
  {
    name: 'recorder: as slow while somebody looks',
    file: 'widget/recorder/pace.ts',
    from: '  isWatched\n    ? Math',
    to: '  !isWatched\n    ? Math',
    suite: 'recorder',
  },
  {
    name: 'recorder: as fast where uploads wait for each other',
    file: 'widget/recorder/pace.ts',
    from: 'WATCHED_EVERY_MS * (1 + waiting)',
    to: 'WATCHED_EVERY_MS',
    suite: 'recorder',
  },
  player('the left neighbour says nothing', FOLD, 'after !== -1 ? after + 1', 'after < -1 ? after + 1'),
  player('without a left neighbour it is the last', FOLD, 'const next = isFirst ? 0', 'const next = isFirst ? -1'),
  player(
    'a shadow tree without a host',
    'worker/domain/redaction/replay.ts',
    'if (!hollow && hasShadow',
    'if (hollow && hasShadow',
  ),
  player('any depth is folded', FOLD, 'return level >= MAX_LEVELS;', 'return level > 1e6;'),
  player('no rule for the pointer', HOVER, 'more.length === 0 ? before', 'more.length >= 0 ? before'),
  player('any number of frames', FOLD, 'if (iframes.size < MAX_FRAMES)', 'if (iframes.size < 1e6)'),
  player('a frame that goes makes no room', FOLD, '      iframes.delete(node.id);\n', ''),
  player('a document in what is no frame', FOLD, "if (parent.tagName !== 'iframe') return true;", ''),
  player(
    'a frame is sent elsewhere',
    FOLD,
    "if (name.toLowerCase() === 'src' && node.tagName === 'iframe') continue;",
    '',
  ),
  disarm('documents without end', DISARM, 'budget.documents < 0 ? null', 'budget.documents < -1e6 ? null'),
  disarm(
    'frames without end in a segment',
    DISARM,
    '(isFrame && budget.frames < 0)',
    '(isFrame && budget.frames < -1e6)',
  ),
  disarm(
    'a frame with what it had',
    DISARM,
    '              ? frameOf(attributes)\n',
    '              ? disarmAttributes(tag, attributes)\n',
  ),
  disarm('what is typed is stored', WRITTEN, '(ground & (TYPED | UNMASKED)) === TYPED', 'false'),
  disarm('what is allowed hides nothing private', WRITTEN, '(ground & PRIVATE) !== 0 ||', ''),
  disarm('one level deep', WRITTEN, '  above |\n', '  (above & PRIVATE) |\n'),
  disarm(
    'an event knows nothing of its own elements',
    DISARM,
    'for (const start of byId.keys()) {',
    'for (const start of []) {',
  ),
  ...[
    ['a role is one word', '/(?:^|\\s)(?:textbox|searchbox|combobox|spinbutton)(?!\\S)/i', '/^textbox$/'],
    ['any role with such a word', '(?!\\S)/i', '/i'],
    ['choices of one level', 'select|option', 'option'],
    ['what is not editable is an editor', '!/^false$/i.test(String(attributes.contenteditable))', 'true'],
  ].map(
    ([name, from, to]): Mutant => ({
      name: `recorder: ${name}`,
      file: WRITTEN,
      from: from as string,
      to: to as string,
      suite: 'recorder',
    }),
  ),
  ...[
    ['any value is one of its name', 'isOfName(name, value) ? value', 'name ? value'],
    ['a measure in words', 'MEASURES.has(name)) return MEASURE.test(value)', 'MEASURES.has(name)) return true'],
    ['a sentence of keywords', '!SENTENCE.test(said) && ', ''],
    ['a flag says something', "FLAG.test(value) ? value : ''", 'value'],
    ['a family of names', 'dominant-baseline|', 'dominant-[a-z]+|text-[a-z]+|'],
    ['what a field holds is the host’s own', 'data-(?!value$)', 'data-'],
    ['any language', '[a-z]{2,3}(?:', '[a-z]+(?:'],
  ].map(
    ([name, from, to]): Mutant => ({
      name: `recorder: attributes: ${name}`,
      file: ATTRIBUTES,
      from: from as string,
      to: to as string,
      suite: 'recorder',
    }),
  ),
  disarm(
    'paint in words',
    'worker/domain/redaction/disarm-attributes.ts',
    "reading === 'paint' && said !== undefined ? safeCss(said) : said",
    "reading === 'paint' ? safeCss(value) : said",
  ),
  ...[
    ['shorter noise stays', 'digits >= 2 && run', 'false && run'],
    ['names are noise', '>= 0.45 * run.length', '>= 0'],
    ['a file is noise', '|\\.[a-z]))/g', '))/g'],
    ['prefixes without digits are keys', '(?=[A-Za-z]*\\\\d)', ''],
    ['no label makes a number a secret', '(_, label: string) => label + hide()', '(whole) => whole'],
    ['a sentence is a label', '/^\\w{1,30}(?:[ -]\\w{1,20})?[:= ]*$/.test(text) && ', ''],
  ].map(
    ([name, from, to]): Mutant => ({
      name: `redaction: secrets: ${name}`,
      file: 'worker/domain/redaction/secret.ts',
      from: from as string,
      to: to as string,
      suite: 'redaction',
    }),
  ),
  {
    name: 'capture: a label among the arguments says nothing',
    file: 'widget/capture/errors.ts',
    from: 'args.map(describeNext)',
    to: 'args.map(describe)',
    suite: 'console_error',
  },
  ...[
    ['one number goes on from another', 'count = 0;\n  };', '};'],
    ['half a number is one', 'ended[to] === -1 ||', ''],
    ['the check is of every other place', 'to % 2 === 0 ? even : odd', 'to % 2 === 1 ? even : odd'],
  ].map(
    ([name, from, to]): Mutant => ({
      name: `redaction: cards: ${name}`,
      file: 'worker/domain/redaction/card.ts',
      from: from as string,
      to: to as string,
      suite: 'redaction',
    }),
  ),
  {
    name: 'recorder: moved out of a field it is read',
    file: 'widget/recorder/mask.ts',
    from: 'known.has(id) ? kindAt(id) : before',
    to: 'before',
    suite: 'recorder',
  },
  {
    name: 'recorder: pictures are never forgotten',
    file: 'widget/recorder/mask.ts',
    from: 'node.isTyped && !isWrittenTag(node.tag)',
    to: 'node.isTyped',
    suite: 'recorder',
  },
  {
    name: 'recorder: a frame says its address',
    file: 'widget/recorder/mask.ts',
    from: "kind.tag === 'iframe' ? undefined : kind.isPrivate",
    to: 'kind.isPrivate',
    suite: 'recorder',
  },
  {
    name: 'recorder: a document that is an editor is read',
    file: 'widget/recorder/mask.ts',
    from: 'node.type === NodeKind.Document && isWrittenIn(node.id)',
    to: 'node.type === NodeKind.Document && !parent',
    suite: 'recorder',
  },
  {
    name: 'recorder: what is written later in such a document is read',
    file: 'widget/recorder/mask.ts',
    from: 'parent.isTyped || (parent.tag === A_DOCUMENT.tag && isWrittenIn(parent.id))',
    to: 'parent.isTyped',
    suite: 'recorder',
  },
  picture('styles are spelt in any way', DRAWING, ' || STYLED_OTHERWISE.test(drawing)', ''),
  picture('a picture of any size', SIZE, 'pixels !== null && pixels <= maxPixels', 'pixels !== null'),
  picture('a picture whose size nobody knows', SIZE, 'pixels !== null && pixels <=', '(pixels ?? 0) <='),
  picture('a GIF is as large as its screen', SIZE, 'width = Math.max(width, view', 'width = Math.min(width, view'),
  picture('any number of frames', SIZE, 'frames > MAX_FRAMES', 'frames > 1e6'),
  picture('any number of siblings', SELECTORS, ') > MAX_SIBLINGS', ') > 1e6'),
  picture('any number of combinators', SELECTORS, ') > MAX_COMBINATORS', ') > 1e6'),
  picture('anything in what is had', SELECTORS, 'NESTED.test(selector) ||', ''),
  picture('a comma in brackets cuts', SELECTORS, "sign === ',' && depth <= 0", "sign === ','"),
  picture('rules of one name without end', DISARM, 'tried * nodes > MAX_TRIED', 'tried * nodes > 1e12'),
];
