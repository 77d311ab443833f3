/* See file.h. A rename is atomic on POSIX, and the folder is synchronized after it,
 * since the name is data of the folder. Sources: POSIX.1-2008, rename and fsync; Microsoft,
 * MoveFileExA; Pillai and others, All File Systems Are Not Created Equal (2014).
 */
#if defined(_WIN32)
#define SYSTEM_WINDOWS
#elif defined(__unix__) || defined(__APPLE__)
#define SYSTEM_POSIX
#endif

#include <autograd/file.h>

#include <errno.h>
#include <string.h>

#define LONGEST 4096 /* bytes of a path */

#if defined(SYSTEM_POSIX)

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

FILE *ag_file_open_new(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0666);
    FILE *out = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (fd >= 0 && out == NULL) {
        close(fd);
    }
    return out;
}

bool ag_file_to_disk(FILE *out)
{
    return fflush(out) == 0 && fsync(fileno(out)) == 0;
}

/* Some file systems cannot synchronize a folder and say so: there the name is safe or never is. */
bool ag_file_put_in_place(const char *part, const char *path)
{
    char folder[LONGEST];
    const char *slash = strrchr(path, '/');
    if (rename(part, path) != 0) {
        return false;
    }
    int n = slash == path ? 1 : slash != NULL ? (int)(slash - path) : 0;
    snprintf(folder, sizeof folder, "%.*s", n > 0 ? n : 1, n > 0 ? path : ".");
    int fd = open(folder, O_RDONLY);
    bool good = fd < 0 || fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP;
    if (fd >= 0) {
        close(fd);
    }
    return good;
}

static bool is_replaced(const char *path)
{
    struct stat s;
    return lstat(path, &s) != 0 || S_ISREG(s.st_mode);
}

/* The new file may be read and written by whom the old one could be. */
static void keep_rights(FILE *out, const char *path)
{
    struct stat s;
    if (stat(path, &s) == 0 && fchmod(fileno(out), s.st_mode & 0777) != 0) {
        errno = 0; /* the rights of a new file will do */
    }
}

bool ag_file_is_same(const char *a, const char *b)
{
    struct stat s, t;
    return stat(a, &s) == 0 && stat(b, &t) == 0 && s.st_dev == t.st_dev && s.st_ino == t.st_ino;
}

#elif defined(SYSTEM_WINDOWS)

#include <io.h>
#include <stdlib.h>
#include <windows.h>

FILE *ag_file_open_new(const char *path)
{
    return fopen(path, "wb");
}

bool ag_file_to_disk(FILE *out)
{
    return fflush(out) == 0 && _commit(_fileno(out)) == 0;
}

bool ag_file_put_in_place(const char *part, const char *path)
{
    return MoveFileExA(part, path, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) != 0;
}

static bool is_replaced(const char *path)
{
    DWORD kind = GetFileAttributesA(path);
    return kind == INVALID_FILE_ATTRIBUTES || (kind & FILE_ATTRIBUTE_REPARSE_POINT) == 0;
}

static void keep_rights(FILE *out, const char *path)
{
    (void)out;
    (void)path;
}

bool ag_file_is_same(const char *a, const char *b)
{
    char x[LONGEST], y[LONGEST];
    return GetFileAttributesA(a) != INVALID_FILE_ATTRIBUTES && _fullpath(x, a, LONGEST) != NULL &&
           _fullpath(y, b, LONGEST) != NULL && _stricmp(x, y) == 0;
}

#else

FILE *ag_file_open_new(const char *path)
{
    return fopen(path, "wb");
}

bool ag_file_to_disk(FILE *out)
{
    return fflush(out) == 0;
}

bool ag_file_put_in_place(const char *part, const char *path)
{
    return rename(part, path) == 0;
}

static bool is_replaced(const char *path)
{
    (void)path;
    return true;
}

static void keep_rights(FILE *out, const char *path)
{
    (void)out;
    (void)path;
}

bool ag_file_is_same(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

#endif

/* --- a whole file ----------------------------------------------------------------------------- */

/* Keeps the first error: what closing or removing says afterwards tells less. */
static void note(int *error, bool good)
{
    if (!good && *error == 0) {
        *error = errno != 0 ? errno : EIO;
    }
}

bool ag_file_save(const char *path, const void *bytes, size_t n)
{
    char part[LONGEST];
    if (path == NULL || (bytes == NULL && n > 0)) {
        errno = EINVAL;
        return false;
    }
    bool replaced = is_replaced(path);
    if (strlen(path) + sizeof ".part" > sizeof part) {
        errno = ENAMETOOLONG;
        return false;
    }
    snprintf(part, sizeof part, "%s%s", path, replaced ? ".part" : "");
    errno = 0;
    FILE *out = replaced ? ag_file_open_new(part) : fopen(path, "wb");
    if (out == NULL) {
        return false;
    }
    if (replaced) {
        keep_rights(out, path);
    }
    int error = 0;
    note(&error, n == 0 || fwrite(bytes, 1, n, out) == n);
    note(&error, replaced ? error == 0 && ag_file_to_disk(out) : fflush(out) == 0);
    note(&error, fclose(out) == 0);
    if (replaced && error == 0) {
        note(&error, ag_file_put_in_place(part, path));
    }
    if (replaced && error != 0) {
        remove(part);
    }
    errno = error;
    return error == 0;
}
