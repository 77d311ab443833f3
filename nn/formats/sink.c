/* Files that are written. An older file of the name stays until the new one is whole. Knows no
 * format.
 */
#include "sink.h"

#include <errno.h>
#include <string.h>

#include "source.h"

static ag_status refuse(const nn__sink *out, const char *what, int error)
{
    return ag_fail(out->graph, AG_ERR_IO, NULL, "%s: %s: it cannot be %s: %s", out->what,
                   nn__path_tail(out->path), what, strerror(error));
}

bool nn__sink_open(nn__sink *out, ag_graph *g, const char *what, const char *path)
{
    *out = (nn__sink){.graph = g, .what = what, .path = path};
    if (path == NULL || strlen(path) + 8 > sizeof out->part) {
        ag_fail(g, path == NULL ? AG_ERR_NULL_ARGUMENT : AG_ERR_VALUE, NULL, "%s: %s", what,
                path == NULL ? "no path" : "the path is too long");
        return false;
    }
    snprintf(out->part, sizeof out->part, "%s.part", path);
    out->file = fopen(out->part, "wb");
    if (out->file == NULL) {
        refuse(out, "opened", errno);
        return false;
    }
    return true;
}

void nn__put(nn__sink *out, const void *bytes, size_t n)
{
    if (out->error == 0 && n > 0 && fwrite(bytes, 1, n, out->file) != n) {
        out->error = errno != 0 ? errno : EIO;
    }
}

ag_status nn__sink_close(nn__sink *out, bool good)
{
    errno = 0;
    if (fclose(out->file) != 0 && out->error == 0) {
        out->error = errno != 0 ? errno : EIO;
    }
    if (good && out->error == 0) {
        errno = 0;
        bool named = rename(out->part, out->path) == 0;
        if (!named && errno == EEXIST) { /* Windows names no file as an older one */
            named = remove(out->path) == 0 && rename(out->part, out->path) == 0;
        }
        if (named) {
            return AG_OK;
        }
        out->error = errno != 0 ? errno : EIO;
    }
    remove(out->part);
    return out->error != 0 ? refuse(out, "written", out->error) : ag_error(out->graph);
}
