import type { Product } from "@verdict/domain";

/**
 * Where the provider answers, and for which of our products (seeds 0, 1 and 2, "Endpoint"). Data never leaves its region: a
 * transaction can be asked about only where it was started (provider notes, section 2.1).
 */
export const REGIONS = {
  "cn-hongkong": {
    name: "China (Hong Kong)",
    publicHost: "cloudauth-intl.cn-hongkong.aliyuncs.com",
    vpcHost: "cloudauth-intl-vpc.cn-hongkong.aliyuncs.com",
    products: ["FACE_VERIFY", "ID_OCR", "FACE_IDU_MIN"],
  },
  "ap-southeast-1": {
    name: "Singapore",
    publicHost: "cloudauth-intl.ap-southeast-1.aliyuncs.com",
    vpcHost: "cloudauth-intl-vpc.ap-southeast-1.aliyuncs.com",
    products: ["FACE_IDU_MIN"],
  },
  "ap-southeast-5": {
    name: "Indonesia",
    publicHost: "cloudauth-intl.ap-southeast-5.aliyuncs.com",
    vpcHost: "cloudauth-intl-vpc.ap-southeast-5.aliyuncs.com",
    products: ["FACE_IDU_MIN"],
  },
  "ap-southeast-3": {
    name: "Malaysia (Kuala Lumpur)",
    publicHost: "cloudauth-intl.ap-southeast-3.aliyuncs.com",
    vpcHost: "cloudauth-intl-vpc.ap-southeast-3.aliyuncs.com",
    products: ["FACE_IDU_MIN"],
  },
} as const satisfies Readonly<Record<string, RegionFacts>>;

type RegionFacts = { name: string; publicHost: string; vpcHost: string; products: readonly Product[] };

export type Region = keyof typeof REGIONS;

export const isRegion = (text: string): text is Region => Object.hasOwn(REGIONS, text);

/** The base URL of a region. `vpc`: the private address, reachable only from a server inside that same region. */
export function endpointOf(region: Region, { vpc = false }: { vpc?: boolean } = {}): string {
  const { publicHost, vpcHost } = REGIONS[region];
  return `https://${vpc ? vpcHost : publicHost}`;
}

/** Whether a product is offered in a region, as far as it is documented. */
export function servesProduct(region: Region, product: Product): boolean {
  const { products }: RegionFacts = REGIONS[region];
  return products.includes(product);
}
