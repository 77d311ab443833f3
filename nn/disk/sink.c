/* Files that are written. An older file of the name stays until the new one is whole. Knows no
 * format.
 */
#include "sink.h"

#include <errno.h>
#include <string.h>

#include "source.h"
#include <autograd/file.h>

static ag_status refuse(const nn__sink *out, const char *what, const char *hint, int error)
{
    return ag_fail(out->graph, AG_ERR_IO, hint, "%s: %s: it cannot be %s: %s", out->what,
                   nn__path_tail(out->path), what, error != 0 ? strerror(error) : "unknown reason");
}

bool nn__sink_open(nn__sink *out, ag_graph *g, const char *what, const char *path)
{
    *out = (nn__sink){.graph = g, .what = what, .path = path};
    if (path == NULL || strlen(path) + 8 > sizeof out->part) {
        ag_fail(g, path == NULL ? AG_ERR_NULL_ARGUMENT : AG_ERR_VALUE,
                path == NULL ? NULL : "write it into the folder you are in", "%s: %s", what,
                path == NULL ? "no path" : "the path is too long");
        return false;
    }
    snprintf(out->part, sizeof out->part, "%s.part", path);
    errno = 0;
    out->file = ag_file_open_new(out->part);
    if (out->file == NULL) {
        refuse(out, "opened", NULL, errno);
        return false;
    }
    return true;
}

void nn__put(nn__sink *out, const void *bytes, size_t n)
{
    errno = 0;
    if (out->error == 0 && n > 0 && fwrite(bytes, 1, n, out->file) != n) {
        out->error = errno != 0 ? errno : EIO;
    }
}

/* Notes why the last call has failed. */
static void note(nn__sink *out, bool succeeded)
{
    if (!succeeded && out->error == 0) {
        out->error = errno != 0 ? errno : EIO;
    }
    errno = 0;
}

ag_status nn__sink_close(nn__sink *out, bool good)
{
    errno = 0;
    note(out, !good || ag_file_to_disk(out->file));
    note(out, fclose(out->file) == 0);
    if (good && out->error == 0) {
        note(out, ag_file_put_in_place(out->part, out->path));
        if (out->error == 0) {
            return AG_OK;
        }
    }
    remove(out->part);
    return out->error != 0
               ? refuse(out, "written", "the file that was there is unchanged", out->error)
               : ag_error(out->graph);
}
