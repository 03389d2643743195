import { expect } from 'chai';
import type { Entry } from '../../../../agent/platform/held-folder.ts';
import { bearsCloudMark, cloudFoldersIn, isCloudName } from '../../../../agent/platform/photos/clear-clouds.ts';

const entry = (name: string): Entry => ({ name, bytes: Buffer.from(name), kind: 'file' });

describe('folders that a cloud keeps alike', () => {
  it('are told by the names that services give them, and plain names are not', () => {
    const clouds = [
      'OneDrive',
      'onedrive - Sunny Nursery',
      'Dropbox (Work)',
      'Google Drive',
      'Nextcloud2',
      'iCloudDrive',
      'Yandex.Disk',
      'Box Sync',
      'Seafile',
      'Creative Cloud Files (Anna)',
    ];
    expect(clouds.filter((name) => !isCloudName(name))).to.deep.equal([]);
    const plain = ['Pictures', 'Box', 'Clouds', 'Dropbox pictures', 'My OneDrive', 'Drive', 'YandexXDisk', 'Sync'];
    expect(plain.filter(isCloudName)).to.deep.equal([]);
  });

  it('are told by what programs leave in them', () => {
    for (const name of [
      '.dropbox',
      '._sync_0a1b.db',
      '.sync_0a1b.db-wal',
      '.stfolder',
      '.owncloudsync.log',
      '.sync',
      '.megaignore',
    ])
      expect(bearsCloudMark([entry('a.jpg'), entry(name)]), name).to.equal(true);
    expect(bearsCloudMark([entry('dropbox'), entry('.hidden'), entry('sync.db')])).to.equal(false);
  });

  it('are told by the notes of Dropbox, Nextcloud and OneDrive, as paths of the home', () => {
    const home = '/home/a';
    expect(cloudFoldersIn('{"personal": {"path": "/home/a/My box", "host": 1}}', home)).to.deep.equal([
      '/home/a/My box',
    ]);
    const nextcloud = '0\\Folders\\1\\localPath=/home/a/cloud/\n0\\Folders\\2\\localPath=/srv/cloud\n';
    expect(cloudFoldersIn(nextcloud, home)).to.deep.equal(['/home/a/cloud', '/srv/cloud']);
    expect(cloudFoldersIn('sync_dir = "~/work"\n', home)).to.deep.equal(['/home/a/work']);
    expect(cloudFoldersIn('sync_dir = "/"\nnothing', home)).to.deep.equal([]);
  });
});
