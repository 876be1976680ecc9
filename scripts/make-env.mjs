// Writes .env for docker-compose.yml: new secrets, and lines for what only you know. Plain JavaScript without dependencies: the
// machine that runs containers may have nothing else. Never touches a file that is there, since its secrets open the data.
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";

const file = process.argv[2] ?? ".env";
const secret = () => randomBytes(32).toString("base64url");

const text = `# Secrets made ${new Date().toISOString().slice(0, 10)}. Keep a copy where backups are not: without DATA_ENCRYPTION_KEYS
# and MERCHANT_USER_PEPPER a restored database does not open.
POSTGRES_PASSWORD=${secret()}
CALLBACK_TOKEN_KEYS=k1:${secret()}
MERCHANT_USER_PEPPER=${secret()}
DATA_ENCRYPTION_KEYS=d1:${randomBytes(32).toString("base64")}
AUTH_SECRET=${secret()}
API_BOOTSTRAP_KEY=vk_${secret()}
METRICS_TOKEN=${secret()}

# Fill these in. Both names must lead to this machine, ports 80 and 443.
CALLBACK_HOST=
CONSOLE_HOST=
ALIBABA_CLOUD_ACCESS_KEY_ID=
ALIBABA_CLOUD_ACCESS_KEY_SECRET=
`;

try {
  writeFileSync(file, text, { mode: 0o600, flag: "wx" });
} catch (error) {
  console.error(error.code === "EEXIST" ? `${file} is there already and stays as it is.` : error.message);
  process.exit(1);
}
console.log(`${file} is written. Fill in its last four lines, then: docker compose up --build --detach`);
