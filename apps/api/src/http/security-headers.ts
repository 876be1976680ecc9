import { secureHeaders } from "hono/secure-headers";

/**
 * What browsers are told about every answer: run only our own scripts, talk only to us, be framed by nobody. Inline styles are
 * let through, since component libraries set them. `base`: whether a page may say what its addresses are relative to.
 */
export const securityHeaders = (publicUrl: string, { base = "'none'" }: { base?: "'none'" | "'self'" } = {}) =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", "data:"],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: [base],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: "DENY",
    referrerPolicy: "no-referrer",
    crossOriginOpenerPolicy: "same-origin",
    crossOriginResourcePolicy: "same-origin",
    strictTransportSecurity: publicUrl.startsWith("https:") ? "max-age=31536000; includeSubDomains" : false,
  });
