/** The page before its first numbers: the same places, still empty. */
export function Skeleton() {
  return (
    <div class="m-skeleton" aria-hidden="true">
      <div class="m-headlines">
        {Array.from({ length: 6 }, (_, i) => (
          <div key={i}>
            <i />
            <i class="large" />
            <i />
          </div>
        ))}
      </div>
      <div class="m-charts">
        {Array.from({ length: 4 }, (_, i) => (
          <div key={i} class="m-chart">
            <i />
            <i class="plot" />
          </div>
        ))}
      </div>
    </div>
  );
}
