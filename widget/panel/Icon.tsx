const PATHS = {
  close: ['M6 6l12 12', 'M18 6 6 18'],
  send: ['M5 12h13', 'm12.5 6 6 6-6 6'],
  down: ['M12 5v13', 'm6 12.5 6 6 6-6'],
  person: ['M12 11.5a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5Z', 'M5 20a7 7 0 0 1 14 0'],
  page: ['M7 3.5h7l4 4V20a.5.5 0 0 1-.5.5h-10A.5.5 0 0 1 7 20Z', 'M14 3.5v4h4'],
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {PATHS[name].map((d) => (
        <path key={d} d={d} />
      ))}
    </svg>
  );
}
