"""Public questions and answers, and threads that point at their subject by kind and id."""
