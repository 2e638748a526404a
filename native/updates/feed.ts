import { packageReleases } from '../library/paths.ts';

/**
 * Where releases are listed: the one setting for whoever publishes this program. It is the field `releases` of
 * package.json, which packaging fills from LAVIDA_RELEASES: the owner and name of a GitHub repository, or the https
 * address of a JSON file of the same form. Empty = there is nowhere to look.
 */
export function releaseFeed(
  setting: string = process.env['LAVIDA_RELEASES'] ?? packageReleases(),
): URL | null {
  if (/^[\w.-]+\/[\w.-]+$/u.test(setting))
    return new URL(`https://api.github.com/repos/${setting}/releases/latest`);
  return URL.parse(setting);
}
