import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';

/** Nest tells a transport no more than "Internal server error" of a handler that threw; a parked event needs the reason itself. */
@Catch()
export class KeepTheReason implements RpcExceptionFilter {
  catch(exception: unknown): Observable<never> {
    return throwError(() => exception);
  }
}
