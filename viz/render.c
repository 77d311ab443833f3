/* Runs Graphviz on a file. No shell takes part, so a path is never read as a command, and a
 * leading dash is kept from being read as an option. Knows nothing of graphs.
 *
 * Source: POSIX.1-2008, posix_spawnp.
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

#define PATH_BYTES 4000
#define NOT_FOUND 127 /* exit status where the search happens after the fork */

extern char **environ;

/* "./" before what would look like an option. */
static bool guard(char to[PATH_BYTES + 3], const char *path)
{
    size_t n = strlen(path);
    if (n == 0 || n >= PATH_BYTES) {
        return false;
    }
    size_t at = 0;
    if (path[0] == '-') {
        memcpy(to, "./", 2);
        at = 2;
    }
    memcpy(to + at, path, n + 1);
    return true;
}

static const char *form_of(const char *path)
{
    static const char *const form[][2] = {{".svg", "-Tsvg"}, {".pdf", "-Tpdf"}, {".png", "-Tpng"}};
    size_t n = strlen(path);
    for (size_t i = 0; i < sizeof form / sizeof form[0]; i++) {
        if (n > 4 && strcmp(path + n - 4, form[i][0]) == 0) {
            return form[i][1];
        }
    }
    return NULL;
}

/* All three streams lead nowhere: the library prints nothing on its caller's behalf. */
static int quiet(posix_spawn_file_actions_t *actions)
{
    int error = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    for (int fd = 1; fd <= 2 && error == 0; fd++) {
        error = posix_spawn_file_actions_addopen(actions, fd, "/dev/null", O_WRONLY, 0);
    }
    return error;
}

static ag_status wait_for(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return AG_ERR_IO;
        }
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND) {
        return AG_ERR_STATE;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? AG_OK : AG_ERR_IO;
}

static ag_status spawn(char *const arguments[])
{
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0) {
        return AG_ERR_MEMORY;
    }
    pid_t child;
    int error = quiet(&actions);
    if (error == 0) {
        error = posix_spawnp(&child, "dot", &actions, NULL, arguments, environ);
    }
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        return error == ENOENT || error == EACCES ? AG_ERR_STATE
               : error == ENOMEM                  ? AG_ERR_MEMORY
                                                  : AG_ERR_IO;
    }
    return wait_for(child);
}

ag_status viz_render(const char *dot_path, const char *out_path)
{
    char from[PATH_BYTES + 3], to[PATH_BYTES + 3], form[8], dot[] = "dot", into[] = "-o";
    if (dot_path == NULL || out_path == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (form_of(out_path) == NULL) {
        return AG_ERR_VALUE;
    }
    strcpy(form, form_of(out_path));
    if (!guard(from, dot_path) || !guard(to, out_path)) {
        return dot_path[0] == '\0' ? AG_ERR_IO : AG_ERR_OVERFLOW;
    }
    char *const arguments[] = {dot, form, into, to, from, NULL};
    return spawn(arguments);
}

const char *viz_render_hint(void)
{
    return "Graphviz is not installed, so the .dot file was written but no picture; install it "
           "with: "
           "apt-get install graphviz (Debian, Ubuntu), dnf install graphviz (Fedora), "
           "brew install graphviz (macOS)";
}
