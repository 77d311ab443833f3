/* A file is whole or as it was: saved, replaced, refused; links and devices are written to; two names
 * of one file are found to be one.
 */
#define _XOPEN_SOURCE 700 /* devices */
#include "check_main.h"
#include "viz/folder.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <autograd/file.h>

static char folder[40];

static void has(const char *path, const char *text)
{
    char *there = file_text(path);
    ck_assert_str_eq(there, text);
    free(there);
}

static void save(const char *path, const char *text)
{
    ck_assert(ag_file_save(path, text, strlen(text)));
    has(path, text);
    ck_assert(!removed("f.part"));
}

START_TEST(test_save)
{
    struct stat s;
    enter_folder(folder);
    save("f", "first");
    ck_assert_int_eq(chmod("f", 0600), 0);
    save("f", "second");
    ck_assert_int_eq(stat("f", &s), 0);
    ck_assert_int_eq(s.st_mode & 0777, 0600); /* as the old one */
    ck_assert_int_eq(symlink("f", "link"), 0);
    save("link", "third");
    has("f", "third");
    ck_assert_int_eq(lstat("link", &s), 0);
    ck_assert(S_ISLNK(s.st_mode));
    ck_assert(removed("f") && removed("link"));
    leave_folder(folder);
}
END_TEST

/* The device that takes all; NULL where there is none. Who may replace the system's, gets one of the
 * test's own. */
static const char *device(void)
{
    if (access("/dev", W_OK) != 0) {
        return "/dev/null";
    }
    struct stat s;
    bool good = stat("/dev/null", &s) == 0 && mknod("null", S_IFCHR | 0600, s.st_rdev) == 0;
    FILE *made = good ? fopen("null", "w") : NULL;
    if (made != NULL) {
        fclose(made);
    }
    return made != NULL ? "null" : NULL;
}

START_TEST(test_device)
{
    struct stat s;
    enter_folder(folder);
    const char *path = device();
    if (path != NULL) {
        ck_assert(ag_file_save(path, "text", 4));
        ck_assert_int_eq(stat(path, &s), 0);
        ck_assert(S_ISCHR(s.st_mode));
    }
    remove("null");
    leave_folder(folder);
}
END_TEST

static void refused(const char *path, const char *text, size_t n, int error)
{
    errno = 0;
    ck_assert(!ag_file_save(path, text, n));
    ck_assert_int_eq(errno, error);
}

/* A disk that is full, in the place of which stands a limit of the size of files. */
START_TEST(test_full_disk)
{
    static char large[100000], name[5000];
    struct rlimit old, low;
    enter_folder(folder);
    save("f", "first");
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
    low = old;
    low.rlim_cur = 5000;
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &low), 0);
    refused("f", large, sizeof large, EFBIG);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
    has("f", "first");
    ck_assert(!removed("f.part"));
    refused("none/f", "text", 4, ENOENT);
    refused(NULL, "text", 4, EINVAL);
    refused("f", NULL, 4, EINVAL);
    memset(name, 'x', sizeof name - 1);
    refused(name, "text", 4, ENAMETOOLONG);
    ck_assert(removed("f"));
    leave_folder(folder);
}
END_TEST

START_TEST(test_same)
{
    enter_folder(folder);
    save("f", "first");
    save("g", "first");
    ck_assert_int_eq(link("f", "h"), 0);
    ck_assert(ag_file_is_same("f", "./f"));
    ck_assert(ag_file_is_same("f", "h"));
    ck_assert(!ag_file_is_same("f", "g"));
    ck_assert(!ag_file_is_same("f", "none"));
    ck_assert(removed("f") && removed("g") && removed("h"));
    leave_folder(folder);
}
END_TEST

CHECK_MAIN("replace_file", test_save, test_device, test_full_disk, test_same)
