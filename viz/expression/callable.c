/* The table of operations that a program can call, as it was written from the public headers, and
 * what is told of it. Must not know how a program is read.
 */
#define AG_NO_SITES
#include "program.h"

#include <autograd/custom_op.h>
#include <autograd/ops.h>
#include <string.h>

#include "callable.h"

#include "operation_calls.inc"

#define FUNCTIONS ((int)(sizeof functions / sizeof functions[0]))

const viz__function *viz__function_at(int i)
{
    return i >= 0 && i < FUNCTIONS ? &functions[i] : NULL;
}

int viz__function_find(const char *name, size_t n)
{
    for (int i = 0; i < FUNCTIONS; i++) {
        if (strlen(functions[i].name) == n && memcmp(functions[i].name, name, n) == 0) {
            return i;
        }
    }
    return -1;
}

bool viz_operation_at(int i, const char **name, const char **about)
{
    const viz__function *f = viz__function_at(i);
    if (f != NULL && name != NULL) {
        *name = f->name;
    }
    if (f != NULL && about != NULL) {
        *about = f->about;
    }
    return f != NULL;
}

/* Appends to a text of limited room; the length of the whole goes on. */
static void append(char *text, size_t room, size_t *used, const char *more)
{
    size_t n = strlen(more);
    for (size_t i = 0; i < n; i++) {
        if (*used + i + 1 < room) {
            text[*used + i] = more[i];
            text[*used + i + 1] = '\0';
        }
    }
    *used += n;
}

size_t viz_operation_usage(int i, char *text, size_t room)
{
    const viz__function *f = viz__function_at(i);
    size_t used = 0;
    if (room > 0) {
        text[0] = '\0';
    }
    if (f == NULL) {
        return 0;
    }
    append(text, room, &used, f->name);
    append(text, room, &used, "(");
    for (int k = 0, given = 0; k < f->n; k++) {
        if (f->parameter[k].kind != VIZ__RESULT) {
            append(text, room, &used, given++ > 0 ? ", " : "");
            append(text, room, &used, f->parameter[k].name);
        }
    }
    append(text, room, &used, ")");
    for (int k = 0; k < f->n; k++) {
        if (f->parameter[k].kind == VIZ__RESULT) {
            append(text, room, &used, " .");
            append(text, room, &used, f->parameter[k].name);
        }
    }
    return used;
}

const char *viz_operation_refused(int i)
{
    for (int k = 0; not_callable[k] != NULL; k++) {
        if (k == i) {
            return not_callable[k];
        }
    }
    return NULL;
}
