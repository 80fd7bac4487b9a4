"""The äskande: what is asked, its frozen versions, and the road it travels (``lifecycle``)."""
