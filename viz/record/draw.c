/* From a root and options to a file: the options are checked, the record is made, and a writer
 * writes it. Must not know any format.
 */
#include "record.h"

#include <string.h>

const viz_options *viz__or_default(const viz_options *options)
{
    static const viz_options none = {.digits = 0};
    return options != NULL ? options : &none;
}

static ag_status check_options(const viz_options *o)
{
    static const char *const directions[] = {"LR", "TB", "RL", "BT"};
    bool known = o->rankdir == NULL;
    for (size_t i = 0; i < sizeof directions / sizeof directions[0] && !known; i++) {
        known = strcmp(o->rankdir, directions[i]) == 0;
    }
    bool good = known && o->digits >= 0 && o->digits <= 17 && (int)o->format >= 0 &&
                o->format < VIZ_FORMAT_COUNT && (int)o->style >= 0 && o->style < VIZ_STYLE_COUNT &&
                (int)o->theme >= 0 && o->theme < VIZ_THEME_COUNT && (int)o->sheet >= 0 &&
                o->sheet < VIZ_SHEET_COUNT;
    return good ? AG_OK : AG_ERR_VALUE;
}

ag_status viz__draw(viz__out *out, const ag_tensor *root, const viz_options *o, viz__drawing how)
{
    o = viz__or_default(o);
    ag_status status = check_options(o);
    if (status != AG_OK) {
        return status;
    }
    viz__record r;
    status = viz__record_new(&r, root, o);
    if (status == AG_OK) {
        how(out, &r);
        viz__fail(out, r.scratch.status);
        viz__fail(out, r.marked.status);
        status = viz__flush(out);
    }
    viz__record_free(&r);
    return status;
}

ag_status viz__draw_stream(FILE *out, const ag_tensor *root, const viz_options *o, viz__drawing how)
{
    if (out == NULL || root == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    viz__out to = viz__to_file(ag_graph_of(root), out);
    return viz__draw(&to, root, o, how);
}

/* A string for the caller, with what viz_free must know before it. */
typedef struct owned {
    ag_graph *graph;
    size_t bytes;
    char text[];
} owned;

ag_status viz__draw_string(const ag_tensor *root, const viz_options *o, viz__drawing how,
                           char **text)
{
    if (text != NULL) {
        *text = NULL;
    }
    if (text == NULL || root == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    viz__out out = viz__to_text(ag_graph_of(root));
    ag_status status = viz__draw(&out, root, o, how);
    if (status == AG_OK) {
        size_t bytes = sizeof(owned) + out.used + 1;
        owned *copy = viz__array(out.graph, bytes, 1);
        if (copy != NULL) {
            copy->graph = out.graph;
            copy->bytes = bytes;
            memcpy(copy->text, viz__text(&out), out.used + 1);
            *text = copy->text;
        }
        status = copy != NULL ? AG_OK : AG_ERR_MEMORY;
    }
    viz__out_free(&out);
    return status;
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

ag_status viz__count_shown(const ag_tensor *root, const viz_options *o, size_t *n)
{
    viz__record r;
    ag_status status = check_options(o);
    *n = 0;
    if (status != AG_OK) {
        return status;
    }
    status = viz__record_new(&r, root, o);
    for (size_t i = 0; i < r.n && status == AG_OK; i++) {
        *n += viz__is_shown(&r, i);
    }
    viz__record_free(&r);
    return status;
}

ag_status viz__draw_file(const char *path, const ag_tensor *root, const viz_options *o,
                         viz__drawing how)
{
    viz__out text = viz__to_text(ag_graph_of(root));
    ag_status status = viz__draw(&text, root, o, how);
    FILE *file = status == AG_OK ? fopen(path, "wb") : NULL;
    if (file != NULL) {
        bool written = fwrite(viz__text(&text), 1, text.used, file) == text.used;
        status = fclose(file) == 0 && written ? AG_OK : AG_ERR_IO;
    } else if (status == AG_OK) {
        status = AG_ERR_IO;
    }
    viz__out_free(&text);
    return status;
}
