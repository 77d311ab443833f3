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

#if defined(SYSTEM_POSIX)

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

FILE *nn__file_open_new(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0666);
    FILE *out = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (fd >= 0 && out == NULL) {
        close(fd);
    }
    return out;
}

bool nn__file_to_disk(FILE *out)
{
    return fflush(out) == 0 && fsync(fileno(out)) == 0;
}

/* Some file systems cannot synchronize a folder and say so: there the name is safe or never is. */
bool nn__file_put_in_place(const char *part, const char *path)
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

FILE *nn__file_open_new(const char *path)
{
    return fopen(path, "wb");
}

bool nn__file_to_disk(FILE *out)
{
    return fflush(out) == 0 && _commit(_fileno(out)) == 0;
}

bool nn__file_put_in_place(const char *part, const char *path)
{
    return MoveFileExA(part, path, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) != 0;
}

#else

FILE *nn__file_open_new(const char *path)
{
    return fopen(path, "wb");
}

bool nn__file_to_disk(FILE *out)
{
    return fflush(out) == 0;
}

bool nn__file_put_in_place(const char *part, const char *path)
{
    return rename(part, path) == 0;
}

#endif
