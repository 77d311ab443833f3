/* See replace_file.h. A rename is atomic on POSIX, and the folder is synchronized after it,
 * since the name is data of the folder. Sources: POSIX.1-2008, rename and fsync; Microsoft,
 * MoveFileExA; Pillai and others, All File Systems Are Not Created Equal (2014).
 */
#if defined(_WIN32)
#define SYSTEM_WINDOWS
#elif defined(__unix__) || defined(__APPLE__)
#define SYSTEM_POSIX
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#endif

#include "replace_file.h"

#include <errno.h>
#include <string.h>

static bool fail(nn__replacement *r, const char *what)
{
    const char *why = errno != 0 ? strerror(errno) : "unknown reason";
    snprintf(r->reason, sizeof r->reason, "%s: %.120s", what, why);
    return false;
}

#if defined(SYSTEM_POSIX)

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The temporary name is known beforehand, so a link that someone laid there is not followed. */
static FILE *open_new(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0666);
    FILE *out = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (fd >= 0 && out == NULL) {
        close(fd);
    }
    return out;
}

static bool to_disk(FILE *out)
{
    return fflush(out) == 0 && fsync(fileno(out)) == 0;
}

/* Some file systems cannot synchronize a folder and say so: there the name is safe or never is. */
static bool put_in_place(const char *part, const char *path)
{
    char folder[4096];
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

#elif defined(SYSTEM_WINDOWS)

#include <io.h>
#include <windows.h>

static FILE *open_new(const char *path)
{
    return fopen(path, "wb");
}

static bool to_disk(FILE *out)
{
    return fflush(out) == 0 && _commit(_fileno(out)) == 0;
}

static bool put_in_place(const char *part, const char *path)
{
    return MoveFileExA(part, path, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) != 0;
}

#else

static FILE *open_new(const char *path)
{
    return fopen(path, "wb");
}

static bool to_disk(FILE *out)
{
    return fflush(out) == 0;
}

static bool put_in_place(const char *part, const char *path)
{
    return rename(part, path) == 0;
}

#endif

bool nn__replace_begin(nn__replacement *r, const char *path)
{
    *r = (nn__replacement){.path = path};
    errno = 0;
    int n = snprintf(r->part, sizeof r->part, "%s.part", path);
    if (n < 0 || (size_t)n >= sizeof r->part) {
        errno = ENAMETOOLONG;
        return fail(r, "opening it");
    }
    r->out = open_new(r->part);
    return r->out != NULL || fail(r, "opening it");
}

void nn__replace_cancel(nn__replacement *r)
{
    if (r->out != NULL) {
        fclose(r->out);
        remove(r->part);
        r->out = NULL;
    }
}

bool nn__replace_commit(nn__replacement *r)
{
    errno = 0;
    if (ferror(r->out) || !to_disk(r->out)) {
        fail(r, "writing it");
        nn__replace_cancel(r);
        return false;
    }
    int closed = fclose(r->out);
    r->out = NULL;
    if (closed != 0 || !put_in_place(r->part, r->path)) {
        fail(r, "putting it in its place");
        remove(r->part);
        return false;
    }
    return true;
}
