"""Where a register may stand."""

from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from pipeline.errors import RegisterError
from pipeline.register.store.location import mount_type, read_mounts, refuse_shared_drive, register_path

MOUNTS = """\
overlay / overlay rw 0 0
broken
nas:/export /mnt/school nfs4 rw 0 0
//server/share /mnt/with\\040space cifs rw 0 0
tmpfs /mnt/school/local tmpfs rw 0 0
drive /home/head/Remote fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("distribution/register.sqlite3", "/school/distribution/register.sqlite3"),
        ("/var/lib/policy/register.sqlite3", "/var/lib/policy/register.sqlite3"),
        ("sqlite:///distribution/register.sqlite3", "/school/distribution/register.sqlite3"),
        ("sqlite:////var/lib/policy/my%20register.sqlite3", "/var/lib/policy/my register.sqlite3"),
    ],
)
def test_the_url_names_a_file_counted_from_the_workspace(url: str, expected: str) -> None:
    assert register_path(url, root=Path("/school")) == Path(expected)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql+asyncpg://db.example.org/policy", "by another driver"),
        ("mysql://db.example.org/policy", "begins with mysql://"),
        ("sqlite:///", "names no file"),
        ("sqlite:///:memory:", "nothing would be remembered"),
        (":memory:", "nothing would be remembered"),
        ("", "names no file"),
        ("a\0b", "no file name can have"),
    ],
)
def test_another_kind_of_database_is_refused_with_what_to_use(url: str, words: str) -> None:
    with pytest.raises(RegisterError, match=words):
        register_path(url, root=Path("/school"))


def test_a_drive_letter_is_a_path_and_no_kind_of_database() -> None:
    assert register_path("C:/policy/register.sqlite3", root=Path()).name == "register.sqlite3"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/srv/register.sqlite3", "overlay"),
        ("/mnt/school/register.sqlite3", "nfs4"),
        ("/mnt/schools/register.sqlite3", "overlay"),
        ("/mnt/with space/register.sqlite3", "cifs"),
        ("/mnt/school/local/register.sqlite3", "tmpfs"),
    ],
)
def test_the_nearest_mount_above_a_path_counts(path: str, expected: str) -> None:
    assert mount_type(PurePosixPath(path), MOUNTS) == expected


def test_a_system_without_a_list_of_drives_is_judged_by_names_alone(tmp_path: Path) -> None:
    assert read_mounts(tmp_path / "mounts") is None
    (tmp_path / "mounts").write_bytes(b"nas:/\xff /mnt nfs rw\n")
    assert mount_type(PurePosixPath("/mnt/x"), read_mounts(tmp_path / "mounts") or "") == "nfs"


def test_of_two_mounts_on_one_point_the_later_counts() -> None:
    assert mount_type(PurePosixPath("/mnt/x"), "a /mnt ext4 rw\nb /mnt nfs rw\n") == "nfs"
    assert mount_type(PurePosixPath("/mnt/x"), "a /srv ext4 rw\n") is None


@pytest.mark.parametrize("path", ["/mnt/school/register.sqlite3", "/home/head/Remote/policies/register.sqlite3"])
def test_a_network_drive_is_refused_with_a_word_on_where_to_put_it(path: str) -> None:
    with pytest.raises(RegisterError, match=r"network drive .*set \[register\] url"):
        refuse_shared_drive(Path(path), mounts=MOUNTS)


def test_a_windows_network_path_is_refused_by_its_name() -> None:
    with pytest.raises(RegisterError, match="network drive"):
        refuse_shared_drive(Path("//server/share/register.sqlite3"), mounts=None)
    with pytest.raises(RegisterError, match="network drive"):
        refuse_shared_drive(Path(str(PureWindowsPath(r"\\server\share\register.sqlite3"))), mounts=None)
    refuse_shared_drive(Path(r"\\?\C:\policy\register.sqlite3"), mounts=None)


@pytest.mark.parametrize(
    "folder",
    [
        "OneDrive",
        "OneDrive - West Park School",
        "Dropbox",
        "Dropbox (Personal)",
        "Google Drive",
        "My Drive",
        "iCloud Drive",
        "iCloudDrive",
        "Mobile Documents",
        "Nextcloud",
    ],
)
def test_a_synchronised_folder_is_refused_by_its_name(folder: str) -> None:
    with pytest.raises(RegisterError, match="copied to the internet"):
        refuse_shared_drive(Path("/home/head") / folder / "policies" / "register.sqlite3", mounts=MOUNTS)


@pytest.mark.parametrize("folder", ["boxes", "Dropboxes", "policies", "synchronised swimming", "drive"])
def test_a_folder_that_only_sounds_like_one_is_taken(folder: str) -> None:
    refuse_shared_drive(Path("/home/head") / folder / "register.sqlite3", mounts=MOUNTS)


def test_a_link_into_a_synchronised_folder_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / "OneDrive").mkdir()
    link = tmp_path / "local"
    try:
        link.symlink_to(tmp_path / "OneDrive", target_is_directory=True)
    except OSError:
        pytest.skip("this account may not make links")
    with pytest.raises(RegisterError, match="copied to the internet"):
        refuse_shared_drive(link / "register.sqlite3", mounts=None)
