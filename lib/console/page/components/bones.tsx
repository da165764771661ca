const LINES = [1, 2, 3, 4, 5, 6, 7];

/** The shape of what is still loading. */
export const Bones = ({ label }: { readonly label: string }) => (
  <div class="bones" role="status">
    {LINES.map((line) => (
      <span key={line} class="bone" />
    ))}
    <span class="unseen">{label}</span>
  </div>
);
