/** The mark: a bollard above the water. */
export function Logo({ size }: { size: number }) {
  return (
    <svg className="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="#0b4f6c" />
      <g fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" strokeLinejoin="round">
        <path d="M10 8.5h12M12.5 8.5v8M19.5 8.5v8M12.5 12.5h7" />
        <path d="M6 19.5c3.3 0 3.3 2 6.6 2s3.3-2 6.6-2 3.3 2 6.8 2" />
        <path d="M6 24.5c3.3 0 3.3 2 6.6 2s3.3-2 6.6-2 3.3 2 6.8 2" opacity=".55" />
      </g>
    </svg>
  )
}
