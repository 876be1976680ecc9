/**
 * Where people reach this API. Without API_PUBLIC_URL that is this machine alone, by its address or by its name; browsers
 * take these for two origins.
 */
export function ownOrigins({ API_PUBLIC_URL, API_PORT }: { API_PUBLIC_URL?: string | undefined; API_PORT: number }): {
  publicUrl: string;
  alsoTrusted: string[];
} {
  if (API_PUBLIC_URL) return { publicUrl: API_PUBLIC_URL, alsoTrusted: [] };
  return { publicUrl: `http://127.0.0.1:${API_PORT}`, alsoTrusted: [`http://localhost:${API_PORT}`] };
}
