/* From a root and options to a file: the options are checked, the record is made, and a writer writes
 * it. Must not know any format.
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
                o->format < VIZ_FORMAT_COUNT && (int)o->style >= 0 && o->style < VIZ_STYLE_COUNT;
    return good ? AG_OK : AG_ERR_VALUE;
}

ag_status viz__draw(viz__out *out, const ag_tensor *root, const viz_options *o, viz__drawing how)
{
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
