Plans are edited in the back office: rules as sentences with forms, ladders, settings and the plan file in step; files are
imported with a preview, downloaded and compared version by version; a JSON Schema describes them. Fifteen plans are shipped;
multi-level and investment-like ones stay drafts.
