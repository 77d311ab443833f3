/* From a root and options to a file: the options are checked, the record is made, and a writer
 * writes it. Must not know any format.
 */
#include "blanks.h"
#include "finite_differences.h"
#include "record.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <autograd/file.h>

const viz_options *viz__or_default(const viz_options *options)
{
    static const viz_options none = {.digits = 0};
    return options != NULL ? options : &none;
}

ag_status viz__refuse(const char *who, const ag_tensor *root, ag_status status, const char *hint,
                      const char *format, ...)
{
    char why[400];
    va_list args;
    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    return root != NULL ? ag_fail(ag_graph_of(root), status, hint, "%s: %.399s", who, why) : status;
}

ag_status viz__no_file(const char *who, const ag_tensor *root)
{
    return viz__refuse(who, root, AG_ERR_NULL_ARGUMENT, "did fopen fail?", "the file is NULL");
}

ag_status viz__no_place(const char *who, const ag_tensor *root)
{
    return viz__refuse(who, root, AG_ERR_NULL_ARGUMENT, NULL, "the place for the text is NULL");
}

static bool is_direction(const char *rankdir)
{
    static const char *const directions[] = {"LR", "TB", "RL", "BT"};
    bool known = rankdir == NULL;
    for (size_t i = 0; i < sizeof directions / sizeof directions[0] && !known; i++) {
        known = strcmp(rankdir, directions[i]) == 0;
    }
    return known;
}

static ag_status check_options(const char *who, const ag_tensor *root, const viz_options *o)
{
    const char *wrong = NULL;
    if (!is_direction(o->rankdir)) {
        wrong = "options.rankdir is none of LR, TB, RL and BT";
    } else if (o->digits < 0 || o->digits > 17) {
        wrong = "options.digits is not 0 to 17";
    } else if ((int)o->format < 0 || o->format >= VIZ_FORMAT_COUNT) {
        wrong = "options.format is no format";
    } else if ((int)o->style < 0 || o->style >= VIZ_STYLE_COUNT) {
        wrong = "options.style is no style";
    } else if ((int)o->theme < 0 || o->theme >= VIZ_THEME_COUNT) {
        wrong = "options.theme is no theme";
    } else if ((int)o->sheet < 0 || o->sheet >= VIZ_SHEET_COUNT) {
        wrong = "options.sheet is no kind of sheet";
    }
    return wrong != NULL ? viz__refuse(who, root, AG_ERR_VALUE, NULL, "%s", wrong) : AG_OK;
}

ag_status viz__told(const char *who, const ag_tensor *root, ag_status status, int error)
{
    switch (status) {
    case AG_OK:
        return AG_OK;
    case AG_ERR_VALUE:
        return viz__refuse(who, root, status, NULL,
                           "the root does not depend on options.target or options.highlight");
    case AG_ERR_STATE:
        return viz__refuse(who, root, status, NULL,
                           "the root was made in a hook or rule of a pass");
    case AG_ERR_OVERFLOW:
        return viz__refuse(who, root, status, "options.fold_above and target draw fewer nodes",
                           "the figure is too large to be laid out");
    case AG_ERR_IO:
        return viz__refuse(who, root, status, NULL, "the file cannot be written: %s",
                           error != 0 ? strerror(error) : "unknown reason");
    default:
        return viz__refuse(who, root, status, NULL, "%s", ag_status_text(status));
    }
}

ag_status viz__draw(const char *who, viz__out *out, const ag_tensor *root, const viz_options *o,
                    viz__drawing how, void *user)
{
    o = viz__or_default(o);
    ag_status status = check_options(who, root, o);
    if (status != AG_OK) {
        return status;
    }
    viz__record r;
    status = viz__record_new(&r, root, o);
    r.who = who;
    r.user = user;
    if (status == AG_OK) {
        status = viz__blanks_new(&r);
    }
    if (status == AG_OK) {
        status = viz__differences_new(&r);
    }
    if (status == AG_OK) {
        how(out, &r);
        viz__fail(out, r.scratch.status);
        viz__fail(out, r.marked.status);
        status = viz__flush(out);
    }
    viz__differences_free(&r);
    viz__record_free(&r);
    return viz__told(who, root, status, out->error);
}

ag_status viz__draw_stream(const char *who, FILE *out, const ag_tensor *root, const viz_options *o,
                           viz__drawing how)
{
    if (out == NULL || root == NULL) {
        return viz__no_file(who, root);
    }
    viz__out to = viz__to_file(ag_graph_of(root), out);
    return viz__draw(who, &to, root, o, how, NULL);
}

/* A string for the caller, with what viz_free must know before it. */
typedef struct owned {
    ag_graph *graph;
    size_t bytes;
    char text[];
} owned;

bool viz__has_place(char **text, const ag_tensor *root)
{
    if (text != NULL) {
        *text = NULL;
    }
    return text != NULL && root != NULL;
}

ag_status viz__hand_over(const char *who, const ag_tensor *root, ag_status status, viz__out *out,
                         char **text)
{
    if (status == AG_OK) {
        size_t bytes = sizeof(owned) + out->used + 1;
        owned *copy = viz__array(out->graph, bytes, 1);
        if (copy != NULL) {
            copy->graph = out->graph;
            copy->bytes = bytes;
            memcpy(copy->text, viz__text(out), out->used + 1);
            *text = copy->text;
        }
        status = viz__told(who, root, copy != NULL ? AG_OK : AG_ERR_MEMORY, 0);
    }
    viz__out_free(out);
    return status;
}

ag_status viz__draw_string(const char *who, const ag_tensor *root, const viz_options *o,
                           viz__drawing how, char **text)
{
    if (!viz__has_place(text, root)) {
        return viz__no_place(who, root);
    }
    viz__out out = viz__to_text(ag_graph_of(root));
    ag_status status = viz__draw(who, &out, root, o, how, NULL);
    return viz__hand_over(who, root, status, &out, text);
}

void viz_free(char *text)
{
    if (text != NULL) {
        owned *o = (owned *)(void *)(text - offsetof(owned, text));
        viz__array_free(o->graph, o, o->bytes, 1);
    }
}

viz__out viz__text_beside(const ag_tensor *root)
{
    return viz__to_text(ag_graph_of(root));
}

ag_status viz__count_shown(const char *who, const ag_tensor *root, const viz_options *o, size_t *n)
{
    viz__record r;
    ag_status status = check_options(who, root, o);
    *n = 0;
    if (status != AG_OK) {
        return status;
    }
    status = viz__record_new(&r, root, o);
    for (size_t i = 0; i < r.n && status == AG_OK; i++) {
        *n += viz__is_shown(&r, i);
    }
    viz__record_free(&r);
    return viz__told(who, root, status, 0);
}

ag_status viz__draw_file(const char *who, const char *path, const ag_tensor *root,
                         const viz_options *o, viz__drawing how)
{
    viz__out text = viz__to_text(ag_graph_of(root));
    ag_status status = viz__draw(who, &text, root, o, how, NULL);
    if (status == AG_OK) {
        if (!ag_file_save(path, viz__text(&text), text.used)) {
            status = viz__refuse(who, root, AG_ERR_IO, NULL, "\"%.200s\" cannot be written: %s",
                                 path, errno != 0 ? strerror(errno) : "unknown reason");
        }
    }
    viz__out_free(&text);
    return status;
}
