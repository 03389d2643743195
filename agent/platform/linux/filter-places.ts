/**
 * Where browsers keep their settings on Linux, below the root and below a person's
 * home: as packages of the system, as snaps and as flatpaks.
 */
export const chromiumPlaces: readonly { policies: readonly string[]; folders: readonly string[] }[] = [
  {
    policies: ['etc/opt/chrome/policies'],
    folders: [
      '.config/google-chrome',
      '.config/google-chrome-beta',
      '.config/google-chrome-unstable',
      '.var/app/com.google.Chrome/config/google-chrome',
    ],
  },
  {
    policies: ['etc/chromium/policies', 'etc/chromium-browser/policies'],
    folders: ['.config/chromium', 'snap/chromium/common/chromium', '.var/app/org.chromium.Chromium/config/chromium'],
  },
  {
    policies: ['etc/opt/edge/policies'],
    folders: [
      '.config/microsoft-edge',
      '.config/microsoft-edge-beta',
      '.config/microsoft-edge-dev',
      '.var/app/com.microsoft.Edge/config/microsoft-edge',
    ],
  },
  {
    policies: ['etc/brave/policies'],
    folders: [
      '.config/BraveSoftware/Brave-Browser',
      'snap/brave/common/BraveSoftware/Brave-Browser',
      '.var/app/com.brave.Browser/config/BraveSoftware/Brave-Browser',
    ],
  },
];

export const firefoxFolders = [
  '.mozilla/firefox',
  '.config/mozilla/firefox',
  'snap/firefox/common/.mozilla/firefox',
  '.var/app/org.mozilla.firefox/.mozilla/firefox',
] as const;

/** The first that exists is the one Firefox reads; all are looked at, for distributions differ. */
export const firefoxPolicies = [
  'etc/firefox/policies/policies.json',
  'usr/lib/firefox/distribution/policies.json',
  'usr/lib/firefox-esr/distribution/policies.json',
  'usr/lib64/firefox/distribution/policies.json',
  'opt/firefox/distribution/policies.json',
] as const;

/** What every program of a person inherits, if the session reads it. */
export const shellFiles = [
  '.profile',
  '.bash_profile',
  '.bash_login',
  '.xprofile',
  '.xsessionrc',
  '.pam_environment',
  '.zshenv',
  '.zprofile',
] as const;

export const systemProxyPlaces = {
  file: 'etc/environment',
  folders: [
    ['etc/environment.d', '.conf'],
    ['etc/profile.d', '.sh'],
  ],
  /** GNOME's settings for everybody. */
  databases: 'etc/dconf/db',
} as const;
