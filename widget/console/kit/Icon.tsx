const PATHS = {
  close: ['M6 6l12 12', 'M18 6 6 18'],
  send: ['M5 12h13', 'm12.5 6 6 6-6 6'],
  back: ['M19 12H6', 'm11.5 6-6 6 6 6'],
  play: ['M8 5.5v13l11-6.5Z'],
  pause: ['M8.5 5.5v13', 'M15.5 5.5v13'],
  full: ['M4 9V4h5', 'M20 9V4h-5', 'M4 15v5h5', 'M20 15v5h-5'],
  skip: ['M5 6v12l8-6Z', 'M14 6v12l7-6Z'],
  flag: ['M6 21V4', 'M6 4.5h11l-2 4 2 4H6'],
  check: ['m5 12.5 4.5 4.5L19 7'],
  move: ['M4 8h14', 'm14 4 4 4-4 4', 'M20 16H6', 'm10 12-4 4 4 4'],
  up: ['M12 19V6', 'm6 11.5 6-6 6 6'],
  lock: ['M6.5 10.5h11v9h-11Z', 'M9 10.5V8a3 3 0 0 1 6 0v2.5'],
  eye: ['M2.5 12S6 6 12 6s9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6Z', 'M12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z'],
  down: ['m7 10 5 5 5-5'],
  page: ['M7 3.5h7l4 4V20a.5.5 0 0 1-.5.5h-10A.5.5 0 0 1 7 20Z', 'M14 3.5v4h4'],
  sun: [
    'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z',
    'M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4',
  ],
  moon: ['M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5Z'],
  half: ['M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16Z', 'M12 4v16'],
  chart: ['M5 20V11', 'M12 20V4', 'M19 20v-6'],
  keys: ['M3.5 7h17v10h-17Z', 'M7 10.5h.01M11 10.5h.01M15 10.5h.01M8 14h8'],
  leave: ['M10 4.5H5.5v15H10', 'M10 12h10', 'm16.5 8.5 3.5 3.5-3.5 3.5'],
  bug: [
    'M8.5 9.5a3.5 3.5 0 0 1 7 0v5a3.5 3.5 0 0 1-7 0Z',
    'M12 9v9M4.5 8l4 2M19.5 8l-4 2M4 13.5h4.5M20 13.5h-4.5M5 19l3.5-2.5M19 19l-3.5-2.5',
  ],
  more: ['M6 12h.01M12 12h.01M18 12h.01'],
  alert: ['M12 4 3 19.5h18Z', 'M12 10v4M12 16.7v.1'],
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {PATHS[name].map((d) => (
        <path key={d} d={d} />
      ))}
    </svg>
  );
}
