"""Care of the keys: rotate each level, seal anew what older ones sealed, destroy a person's, say what there is."""
