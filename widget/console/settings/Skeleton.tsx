/** The page before the settings have come: the same places, still empty. */
export function Skeleton() {
  return (
    <div class="s-columns" aria-hidden="true">
      <div class="s-groups">
        {Array.from({ length: 3 }, (_, group) => (
          <div key={group} class="s-group skeleton">
            {Array.from({ length: 5 }, (_, line) => (
              <i key={line} />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
