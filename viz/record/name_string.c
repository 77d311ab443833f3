/* The name by which the outputs of a root call a tensor, as a string. Must not know how names are
 * given; that is names.c.
 */
#include "record.h"

static void draw_name(viz__out *out, viz__record *r)
{
    size_t step = viz__step_of(r, r->user);
    viz__puts(out, step < r->n ? viz__name(r, step) : "");
}

ag_status(viz_name_string)(const ag_tensor *root, const ag_tensor *t, char **text)
{
    static const char *const who = "viz_name_string";
    if (!viz__has_place(text, root)) {
        return viz__no_place(who, root);
    }
    if (t == NULL) {
        return viz__refuse(who, root, AG_ERR_NULL_ARGUMENT, NULL, "the tensor is NULL");
    }
    viz__out out = viz__to_text(ag_graph_of(root));
    ag_status status = viz__draw(who, &out, root, NULL, draw_name, AG_UNCONST(ag_tensor *, t));
    if (status == AG_OK && out.used == 0) { /* no name is empty */
        status =
            viz__refuse(who, root, AG_ERR_VALUE, NULL, "the root does not depend on the tensor");
    }
    return viz__hand_over(who, root, status, &out, text);
}
