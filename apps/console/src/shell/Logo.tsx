/** The mark of Verdict: a tick that is also its first letter. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="#2f5bb7" />
      <path
        d="M9 10.5 14.6 22a1.5 1.5 0 0 0 2.7 0L23 10.5"
        fill="none"
        stroke="#fff"
        strokeWidth="3.2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
