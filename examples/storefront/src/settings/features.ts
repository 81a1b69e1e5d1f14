export type Features = Record<string, boolean>;

export interface Override {
  feature: string;
  enabled: boolean;
  expires: number;
}

export const DEFAULT_FEATURES: Features = {
  "feature:reviews": true,
  "feature:wishlist": true,
  "feature:express-checkout": false,
};

/** The features as one customer sees them; the defaults stay what they are for everybody else. */
export function withOverrides(defaults: Features, overrides: readonly Override[]): Features {
  return overrides.reduce<Features>(
    (features, override) => ({ ...features, [`feature:${override.feature}`]: override.enabled }),
    defaults,
  );
}

export function isEnabled(features: Features, feature: string): boolean {
  const key = `feature:${feature}`;
  return Object.hasOwn(features, key) && features[key];
}
